package android.content;

import android.net.Uri;

public class Intent {
    public static final int FLAG_GRANT_WRITE_URI_PERMISSION = 2;
    public final String action;
    public Uri output;
    public int flags;

    public Intent(String action) {
        this.action = action;
    }

    public Intent putExtra(String name, Uri value) {
        output = value;
        return this;
    }

    public Intent addFlags(int more) {
        flags |= more;
        return this;
    }
}
