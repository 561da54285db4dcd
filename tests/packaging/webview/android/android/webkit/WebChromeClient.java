package android.webkit;

import android.net.Uri;

public class WebChromeClient {
    public void onPermissionRequest(PermissionRequest request) {
        request.deny();
    }

    public void onPermissionRequestCanceled(PermissionRequest request) {}

    public boolean onShowFileChooser(
            WebView webView, ValueCallback<Uri[]> filePathCallback, FileChooserParams fileChooserParams) {
        return false;
    }

    public abstract static class FileChooserParams {}
}
