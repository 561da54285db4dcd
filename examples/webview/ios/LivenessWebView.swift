import AVFoundation
import UIKit
import WebKit

/// The end of a session as the page reports it. Only the result that your back end gets from the service counts.
struct LivenessEnd {
    let passed: Bool
    let signatureId: String
}

/// Receives what happens in the page, on the main thread.
protocol LivenessDelegate: AnyObject {
    /// The page has sent its message at the end.
    func livenessDidEnd(_ end: LivenessEnd)

    /// The page leads to another address: a return URL (of the web or of your app's own scheme) or a link such as the
    /// one to your privacy notice. The web view does not open it.
    func livenessWillLeave(to address: URL)
}

/// Shows the page of a session: camera permission, messages, return URLs. Photos of the camera app need no code on iOS.
///
/// Needs iOS 15 and `NSCameraUsageDescription` in `Info.plist`.
final class LivenessWebView: NSObject {
    let view: WKWebView
    private let service: URL
    private weak var delegate: LivenessDelegate?

    /// - Parameter service: the origin of the liveness service, such as `https://liveness.example`; no other page may
    ///   open here, use the camera or send messages
    init(service: URL, delegate: LivenessDelegate) {
        let configuration = WKWebViewConfiguration()
        configuration.allowsInlineMediaPlayback = true
        // The camera's picture starts without a tap.
        configuration.mediaTypesRequiringUserActionForPlayback = []
        view = WKWebView(frame: .zero, configuration: configuration)
        self.service = service
        self.delegate = delegate
        super.init()
        view.uiDelegate = self
        view.navigationDelegate = self
    }

    /// Asks for the camera, if nobody has asked yet, and opens the `url` of Get Token. A page whose app has no
    /// permission explains how to give it.
    func load(_ url: URL) {
        let controller = view.configuration.userContentController
        // A second handler of one name is an error.
        controller.removeScriptMessageHandler(forName: "nearfarHost")
        controller.add(WeakHandler(self), name: "nearfarHost")
        AVCaptureDevice.requestAccess(for: .video) { [weak self] _ in
            DispatchQueue.main.async { self?.view.load(URLRequest(url: url)) }
        }
    }

    /// Leaves the page, which also releases the camera. `load` may open another session.
    func close() {
        view.configuration.userContentController.removeScriptMessageHandler(forName: "nearfarHost")
        view.stopLoading()
        view.loadHTMLString("", baseURL: nil)
    }

    private func isService(scheme: String?, host: String?, port: Int?) -> Bool {
        scheme == service.scheme && host == service.host && (port ?? 443) == (service.port ?? 443)
    }

    private func isService(_ origin: WKSecurityOrigin) -> Bool {
        // WebKit writes 0 for the scheme's own port.
        isService(scheme: origin.protocol, host: origin.host, port: origin.port == 0 ? nil : origin.port)
    }

    fileprivate func receive(_ message: WKScriptMessage) {
        guard isService(message.frameInfo.securityOrigin), let text = message.body as? String,
              let json = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
              let info = json["info"] as? String, let signatureId = json["signatureId"] as? String
        else { return }
        switch info {
        case "successNext": delegate?.livenessDidEnd(LivenessEnd(passed: true, signatureId: signatureId))
        case "failedNext": delegate?.livenessDidEnd(LivenessEnd(passed: false, signatureId: signatureId))
        default: break
        }
    }
}

extension LivenessWebView: WKUIDelegate {
    func webView(_ webView: WKWebView, requestMediaCapturePermissionFor origin: WKSecurityOrigin,
                 initiatedByFrame frame: WKFrameInfo, type: WKMediaCaptureType,
                 decisionHandler: @escaping (WKPermissionDecision) -> Void) {
        decisionHandler(isService(origin) && type == .camera ? .grant : .deny)
    }
}

extension LivenessWebView: WKNavigationDelegate {
    func webView(_ webView: WKWebView, decidePolicyFor action: WKNavigationAction,
                 decisionHandler: @escaping (WKNavigationActionPolicy) -> Void) {
        guard let url = action.request.url else { return decisionHandler(.cancel) }
        if isService(scheme: url.scheme, host: url.host, port: url.port) || url.absoluteString == "about:blank" {
            return decisionHandler(.allow)
        }
        decisionHandler(.cancel)
        // A link that opens in a new window has no target frame.
        if action.targetFrame?.isMainFrame ?? true { delegate?.livenessWillLeave(to: url) }
    }
}

/// The content controller keeps its handlers: without this one, the web view would never be released.
private final class WeakHandler: NSObject, WKScriptMessageHandler {
    private weak var owner: LivenessWebView?

    init(_ owner: LivenessWebView) {
        self.owner = owner
    }

    func userContentController(_ controller: WKUserContentController, didReceive message: WKScriptMessage) {
        owner?.receive(message)
    }
}
