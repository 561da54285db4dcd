// Runs LivenessWebView on doubles of Android's classes and prints one line of each check that fails.

import android.app.Activity
import android.content.pm.PackageManager
import android.net.Uri
import android.webkit.PermissionRequest
import android.webkit.WebChromeClient
import android.webkit.WebResourceRequest
import android.webkit.WebView
import kotlin.system.exitProcess
import nearfar.LivenessEnd
import nearfar.LivenessListener
import nearfar.LivenessWebView

private class Request(private val from: String, vararg wanted: String) : PermissionRequest() {
    private val wanted = arrayOf(*wanted)
    val answers = mutableListOf<String>()

    override fun getOrigin(): Uri = Uri.parse(from)
    override fun getResources(): Array<out String> = wanted
    override fun grant(resources: Array<out String>) { answers += "grant ${resources.joinToString()}" }
    override fun deny() { answers += "deny" }
}

private class Navigation(private val to: String, private val isMain: Boolean) : WebResourceRequest {
    override fun getUrl(): Uri = Uri.parse(to)
    override fun isForMainFrame() = isMain
}

private class Recorder : LivenessListener {
    val ends = mutableListOf<LivenessEnd>()
    val left = mutableListOf<String>()

    override fun onEnd(end: LivenessEnd) { ends += end }
    override fun onLeave(address: Uri) { left += address.toString() }
}

private const val CAMERA = PermissionRequest.RESOURCE_VIDEO_CAPTURE
private const val PAGE = "https://liveness.example/h5/?token=one"
private var failures = 0

private fun <T> same(what: String, found: T, expected: T) {
    if (found == expected) return
    failures += 1
    println("$what: $found instead of $expected")
}

fun main() {
    val activity = Activity()
    val view = WebView()
    val recorder = Recorder()
    val liveness = LivenessWebView(activity, view, Uri.parse("https://liveness.example"), recorder) {
        Uri.parse("content://app.files/photo.jpg")
    }
    val settings = view.settings
    same("scripts", settings.javaScriptEnabled, true)
    same("storage", settings.domStorageEnabled, true)
    same("a tap to play", settings.mediaPlaybackRequiresUserGesture, false)
    same("another page is not loaded", runCatching { liveness.load("https://other.example/h5/") }.isFailure, true)
    liveness.load(PAGE)
    same("the page", view.loaded, PAGE)

    fun ask(request: Request) = request.also { view.chromeClient.onPermissionRequest(it) }.answers.toList()
    same("the camera", ask(Request("https://liveness.example/", CAMERA)), listOf("grant $CAMERA"))
    same("the standard port", ask(Request("https://liveness.example:443/", CAMERA)), listOf("grant $CAMERA"))
    val audio = PermissionRequest.RESOURCE_AUDIO_CAPTURE
    same("the microphone", ask(Request("https://liveness.example/", CAMERA, audio)), listOf("deny"))
    for (other in listOf("https://other.example/", "http://liveness.example/", "https://liveness.example:8443/"))
        same("the camera for $other", ask(Request(other, CAMERA)), listOf("deny"))

    activity.permission = PackageManager.PERMISSION_DENIED
    val first = Request("https://liveness.example/", CAMERA)
    same("Android asks first", ask(first), listOf())
    val code = activity.permissionRequests.single()
    liveness.onRequestPermissionsResult(code + 9, intArrayOf(PackageManager.PERMISSION_GRANTED))
    same("another request's answer", first.answers, listOf())
    liveness.onRequestPermissionsResult(code, intArrayOf(PackageManager.PERMISSION_GRANTED))
    same("Android's consent", first.answers, listOf("grant $CAMERA"))
    val second = Request("https://liveness.example/", CAMERA).also { view.chromeClient.onPermissionRequest(it) }
    liveness.onRequestPermissionsResult(code, intArrayOf())
    same("an interrupted question", second.answers, listOf("deny"))
    val third = Request("https://liveness.example/", CAMERA).also { view.chromeClient.onPermissionRequest(it) }
    view.chromeClient.onPermissionRequestCanceled(third)
    liveness.onRequestPermissionsResult(code, intArrayOf(PackageManager.PERMISSION_GRANTED))
    same("a request the page withdrew", third.answers, listOf())

    fun go(to: String, isMain: Boolean = true) = view.client.shouldOverrideUrlLoading(view, Navigation(to, isMain))
    same("a page of the service", go("https://liveness.example/h5/?session=1"), false)
    same("the return URL", go("https://shop.example/done?id=1#top"), true)
    same("the app's scheme", go("myapp://done"), true)
    same("a frame", go("https://advert.example/", isMain = false), true)
    same("addresses for the app", recorder.left, listOf("https://shop.example/done?id=1#top", "myapp://done"))

    val photos = mutableListOf<String?>()
    val params = object : WebChromeClient.FileChooserParams() {}
    fun choose() = view.chromeClient.onShowFileChooser(view, { photos += it?.joinToString() }, params)
    same("the file chooser", choose(), true)
    same("the photo's place", activity.started.last().output.toString(), "content://app.files/photo.jpg")
    liveness.onActivityResult(activity.lastRequest, Activity.RESULT_OK)
    choose()
    liveness.onActivityResult(activity.lastRequest, Activity.RESULT_CANCELED)
    choose()
    choose()
    same("every call is answered", photos, listOf("content://app.files/photo.jpg", null, null))

    val bridge = view.interfaces.getValue("nearfarHost")
    val post = bridge.javaClass.getMethod("postMessage", String::class.java).apply { isAccessible = true }
    same("callable by the page", post.annotations.any { it is android.webkit.JavascriptInterface }, true)
    fun message(text: String) = post.invoke(bridge, text)
    for (bad in listOf("", "{}", """{"info":"other","signatureId":"one"}""", """{"info":"successNext"}""")) message(bad)
    same("invalid messages", recorder.ends, listOf<LivenessEnd>())
    message("""{"info":"successNext","signatureId":"one"}""")
    message("""{"info":"failedNext","signatureId":"two"}""")
    view.loaded = "https://other.example/"
    message("""{"info":"successNext","signatureId":"three"}""")
    same("messages", recorder.ends, listOf(LivenessEnd(true, "one"), LivenessEnd(false, "two")))

    val last = Request("https://liveness.example/", CAMERA).also { view.chromeClient.onPermissionRequest(it) }
    liveness.close()
    same("closed", listOf(last.answers, view.interfaces.keys, view.loaded), listOf(listOf("deny"), setOf<String>(), "about:blank"))
    liveness.load(PAGE)
    same("messages of another session", view.interfaces.keys.toSet(), setOf("nearfarHost"))
    if (failures > 0) exitProcess(1)
    println("LivenessWebView: all checks passed")
}
