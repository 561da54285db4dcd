package nearfar

import android.Manifest
import android.app.Activity
import android.content.Intent
import android.content.pm.PackageManager
import android.net.Uri
import android.provider.MediaStore
import android.webkit.JavascriptInterface
import android.webkit.PermissionRequest
import android.webkit.ValueCallback
import android.webkit.WebChromeClient
import android.webkit.WebResourceRequest
import android.webkit.WebView
import android.webkit.WebViewClient
import org.json.JSONException
import org.json.JSONObject

/** The end of a session as the page reports it. Only the result that your back end gets from the service counts. */
data class LivenessEnd(val passed: Boolean, val signatureId: String)

/** Receives what happens in the page, on the main thread. */
interface LivenessListener {
    /** The page has sent its message at the end. */
    fun onEnd(end: LivenessEnd)

    /**
     * The page leads to another address: a return URL (of the web or of your app's own scheme) or a link such as the
     * one to your privacy notice. The WebView does not open it.
     */
    fun onLeave(address: Uri)
}

/**
 * Shows the page of a session in a WebView: camera permission, photos of the camera app, messages, return URLs.
 *
 * Uses classes of Android's framework only (API level 24). The manifest needs
 * `<uses-permission android:name="android.permission.CAMERA"/>` and `android.permission.INTERNET`. The activity passes
 * on `onRequestPermissionsResult` and `onActivityResult`.
 *
 * @param service the origin of the liveness service, such as `https://liveness.example`; no other page may open here,
 *   use the camera or send messages
 * @param newPhoto creates an empty file for one photo and returns its `content:` address, which the camera app may
 *   write to (`FileProvider`); null if the app offers no photos. Delete the file after the session: it shows a face
 */
class LivenessWebView(
    private val activity: Activity,
    private val webView: WebView,
    private val service: Uri,
    private val listener: LivenessListener,
    private val newPhoto: (() -> Uri)? = null,
) {
    /** The page's request for the camera while the person answers Android's question. */
    private var pendingRequest: PermissionRequest? = null
    private var pendingPhoto: ValueCallback<Array<Uri>>? = null
    private var photo: Uri? = null

    init {
        webView.settings.javaScriptEnabled = true
        webView.settings.domStorageEnabled = true
        // The camera's picture starts without a tap.
        webView.settings.mediaPlaybackRequiresUserGesture = false
        webView.webViewClient = Navigation()
        webView.webChromeClient = Questions()
    }

    /** Opens the `url` of Get Token. Throws an `IllegalArgumentException` if it belongs to another service. */
    fun load(url: String) {
        require(isService(Uri.parse(url))) { "the address does not belong to $service" }
        webView.addJavascriptInterface(Bridge(), "nearfarHost")
        webView.loadUrl(url)
    }

    /** Leaves the page, which also releases the camera. `load` may open another session. */
    fun close() {
        answerPhoto(false)
        answerCamera(false)
        webView.removeJavascriptInterface("nearfarHost")
        webView.loadUrl("about:blank")
    }

    /** Call this from the activity's method of the same name. */
    fun onRequestPermissionsResult(requestCode: Int, grantResults: IntArray) {
        if (requestCode == CAMERA_REQUEST) answerCamera(grantResults.firstOrNull() == PackageManager.PERMISSION_GRANTED)
    }

    /** Call this from the activity's method of the same name. */
    fun onActivityResult(requestCode: Int, resultCode: Int) {
        if (requestCode == PHOTO_REQUEST) answerPhoto(resultCode == Activity.RESULT_OK)
    }

    private fun isService(address: Uri): Boolean =
        address.scheme == service.scheme && address.host == service.host && port(address) == port(service)

    private fun port(address: Uri): Int = if (address.port == -1 && address.scheme == "https") 443 else address.port

    private fun answerCamera(granted: Boolean) {
        val request = pendingRequest ?: return
        pendingRequest = null
        if (granted) request.grant(CAMERA_ONLY) else request.deny()
    }

    /** Every call of the page needs an answer; otherwise its next tap has no effect. */
    private fun answerPhoto(isTaken: Boolean) {
        val taken = photo
        pendingPhoto?.onReceiveValue(if (isTaken && taken != null) arrayOf(taken) else null)
        pendingPhoto = null
        photo = null
    }

    private inner class Navigation : WebViewClient() {
        override fun shouldOverrideUrlLoading(view: WebView, request: WebResourceRequest): Boolean {
            if (isService(request.url)) return false
            if (request.isForMainFrame) listener.onLeave(request.url)
            return true
        }
    }

    private inner class Questions : WebChromeClient() {
        override fun onPermissionRequest(request: PermissionRequest) {
            val wantsCameraOnly = request.resources.contentEquals(CAMERA_ONLY)
            if (!isService(request.origin) || !wantsCameraOnly) return request.deny()
            answerCamera(false)
            pendingRequest = request
            val state = activity.checkSelfPermission(Manifest.permission.CAMERA)
            if (state == PackageManager.PERMISSION_GRANTED) answerCamera(true)
            else activity.requestPermissions(arrayOf(Manifest.permission.CAMERA), CAMERA_REQUEST)
        }

        override fun onPermissionRequestCanceled(request: PermissionRequest) {
            if (pendingRequest === request) pendingRequest = null
        }

        override fun onShowFileChooser(
            view: WebView,
            callback: ValueCallback<Array<Uri>>,
            params: FileChooserParams,
        ): Boolean {
            answerPhoto(false)
            val address = newPhoto?.invoke() ?: return false
            pendingPhoto = callback
            photo = address
            val intent = Intent(MediaStore.ACTION_IMAGE_CAPTURE).putExtra(MediaStore.EXTRA_OUTPUT, address)
            intent.addFlags(Intent.FLAG_GRANT_WRITE_URI_PERMISSION)
            activity.startActivityForResult(intent, PHOTO_REQUEST)
            return true
        }
    }

    /** Called by the page on a thread of the WebView. */
    private inner class Bridge {
        @JavascriptInterface
        fun postMessage(message: String) {
            activity.runOnUiThread {
                // Android offers the object to every page and frame in the WebView: only the service may use it.
                val from = webView.url?.let(Uri::parse)
                if (from != null && isService(from)) parseEnd(message)?.let(listener::onEnd)
            }
        }
    }

    private companion object {
        const val CAMERA_REQUEST = 0x4e46
        const val PHOTO_REQUEST = 0x4e47
        val CAMERA_ONLY = arrayOf(PermissionRequest.RESOURCE_VIDEO_CAPTURE)

        fun parseEnd(message: String): LivenessEnd? {
            try {
                val json = JSONObject(message)
                val signatureId = json.getString("signatureId")
                return when (json.getString("info")) {
                    "successNext" -> LivenessEnd(true, signatureId)
                    "failedNext" -> LivenessEnd(false, signatureId)
                    else -> null
                }
            } catch (_: JSONException) {
                return null
            }
        }
    }
}
