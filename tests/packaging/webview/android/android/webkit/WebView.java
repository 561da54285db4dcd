package android.webkit;

import java.util.HashMap;
import java.util.Map;

/** Records what it is given. */
public class WebView {
    private final WebSettings settings = new RecordedSettings();
    public final Map<String, Object> interfaces = new HashMap<>();
    public String loaded;
    public WebViewClient client;
    public WebChromeClient chromeClient;

    public WebSettings getSettings() {
        return settings;
    }

    public void setWebViewClient(WebViewClient client) {
        this.client = client;
    }

    public WebViewClient getWebViewClient() {
        return client;
    }

    public void setWebChromeClient(WebChromeClient client) {
        chromeClient = client;
    }

    public WebChromeClient getWebChromeClient() {
        return chromeClient;
    }

    public void addJavascriptInterface(Object object, String name) {
        interfaces.put(name, object);
    }

    public void removeJavascriptInterface(String name) {
        interfaces.remove(name);
    }

    public void loadUrl(String url) {
        loaded = url;
    }

    public String getUrl() {
        return loaded;
    }

    private static final class RecordedSettings extends WebSettings {
        private boolean scripts;
        private boolean storage;
        private boolean gesture = true;

        @Override
        public void setJavaScriptEnabled(boolean flag) {
            scripts = flag;
        }

        @Override
        public boolean getJavaScriptEnabled() {
            return scripts;
        }

        @Override
        public void setDomStorageEnabled(boolean flag) {
            storage = flag;
        }

        @Override
        public boolean getDomStorageEnabled() {
            return storage;
        }

        @Override
        public void setMediaPlaybackRequiresUserGesture(boolean require) {
            gesture = require;
        }

        @Override
        public boolean getMediaPlaybackRequiresUserGesture() {
            return gesture;
        }
    }
}
