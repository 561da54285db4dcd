package android.app;

import android.content.Intent;
import android.content.pm.PackageManager;
import java.util.ArrayList;
import java.util.List;

/** Records what it is asked for. */
public class Activity {
    public static final int RESULT_OK = -1;
    public static final int RESULT_CANCELED = 0;
    public int permission = PackageManager.PERMISSION_GRANTED;
    public final List<Integer> permissionRequests = new ArrayList<>();
    public final List<Intent> started = new ArrayList<>();
    public int lastRequest;

    public int checkSelfPermission(String name) {
        return permission;
    }

    public final void requestPermissions(String[] names, int requestCode) {
        permissionRequests.add(requestCode);
    }

    public void startActivityForResult(Intent intent, int requestCode) {
        started.add(intent);
        lastRequest = requestCode;
    }

    public final void runOnUiThread(Runnable action) {
        action.run();
    }
}
