// An integrator's back end: access token, session, result, webhook check and erasure. Java 17 or newer, and Gson.

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A client of the service. */
public final class Liveness {
    /** The lowest score that passes: the service's `pass_score`. Not used if the account has `verdictFields` on. */
    private static final int PASS_SCORE = 50;
    /** No accusation: let the person try again. */
    private static final Set<String> INCONCLUSIVE = Set.of("FACE_QUALITY_TOO_POOR", "FACE_OCCLUDED",
            "INVALID_FACE_DETECTED", "NO_FACE_DETECTED", "TOO_MANY_FACES_DETECTED");
    private static final long TOLERANCE_SECONDS = 300;

    /** The service refused a request, or a webhook is not genuine. */
    public static final class LivenessException extends RuntimeException {
        LivenessException(String message) {
            super(message);
        }
    }

    /** A new session: store the id with the person's record, and show them the URL. */
    public record Session(String signatureId, String url) {}

    /** What a session came to. */
    public enum Outcome { PASSED, FAILED, INCONCLUSIVE, PENDING, ERASED }

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final String url;
    private final String accessKey;
    private final String secretKey;
    private final boolean sandbox;
    private String token;
    private long tokenEnd;

    /** `sandbox`: accepts the chosen verdicts of a test account; never set it in production. */
    public Liveness(String url, String accessKey, String secretKey, boolean sandbox) {
        this.url = url.replaceAll("/+$", "");
        this.accessKey = accessKey;
        this.secretKey = secretKey;
        this.sandbox = sandbox;
    }

    /** Sends a request, again if the service is busy. The code counts, not the HTTP status. */
    private JsonObject send(String path, String token, Map<String, String> body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(30));
        request.header("Content-Type", "application/json");
        if (token != null) request.header("X-ACCESS-TOKEN", token);
        if (body != null) {
            JsonObject json = new JsonObject();
            body.forEach(json::addProperty);
            request.POST(BodyPublishers.ofString(json.toString()));
        }
        for (int attempt = 1;; attempt++) {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            JsonObject answer = JsonParser.parseString(response.body()).getAsJsonObject();
            if (!Set.of("SERVICE_BUSY", "RETRY_LATER").contains(text(answer, "code")) || attempt == 3) return answer;
            Thread.sleep(1000 * Math.min(response.headers().firstValueAsLong("Retry-After").orElse(1), 10));
        }
    }

    /** An access token, cached until a minute before its end. It is a secret: never log it. */
    private synchronized String accessToken() throws IOException, InterruptedException, GeneralSecurityException {
        if (System.currentTimeMillis() < tokenEnd - 60_000) return token;
        String timestamp = Long.toString(System.currentTimeMillis());
        byte[] signed = (accessKey + secretKey + timestamp).getBytes(StandardCharsets.UTF_8);
        String signature = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(signed));
        var body = Map.of("accessKey", accessKey, "timestamp", timestamp, "signature", signature, "periodSecond", "3600");
        JsonObject data = data(send("/openapi/auth/ticket/v1/generate-token", null, body));
        tokenEnd = data.get("expiredTime").getAsLong();
        return token = text(data, "token");
    }

    private synchronized void forgetToken() {
        tokenEnd = 0;
    }

    private JsonObject call(String path, Map<String, String> body)
            throws IOException, InterruptedException, GeneralSecurityException {
        JsonObject answer = send(path, accessToken(), body);
        // The account's tokens were revoked: the next call gets a new one.
        if (text(answer, "code").equals("IAM_FAILED")) forgetToken();
        return answer;
    }

    /** Creates a session. */
    public Session session(String userId, String returnUrl, String region)
            throws IOException, InterruptedException, GeneralSecurityException {
        var body = Map.of("userId", userId, "returnUrl", returnUrl, "region", region, "tryCount", "3");
        JsonObject data = data(call("/openapi/liveness/v2/h5/token", body));
        return new Session(text(data, "signatureId"), text(data, "url"));
    }

    /** The outcome of a session. */
    public Outcome result(String signatureId) throws IOException, InterruptedException, GeneralSecurityException {
        JsonObject answer = call("/openapi/liveness/v4/h5/get-result", Map.of("signatureId", signatureId));
        String code = text(answer, "code");
        if (code.equals("LIVENESS_NO_RESULT")) return Outcome.PENDING;
        if (code.equals("RESULT_NOT_FOUND")) return Outcome.ERASED;
        if (text(answer, "extra").startsWith("SANDBOX") && !sandbox)
            throw new LivenessException("the result of a test account");
        if (INCONCLUSIVE.contains(code)) return Outcome.INCONCLUSIVE;
        // SUCCESS is not yet a pass: an attack is a SUCCESS with a low score.
        JsonObject data = data(answer);
        boolean passed = data.has("passed") ? data.get("passed").getAsBoolean() : data.get("score").getAsInt() >= PASS_SCORE;
        return passed ? Outcome.PASSED : Outcome.FAILED;
    }

    /** Erases the session's pictures and results. Repeating it succeeds. */
    public void erase(String signatureId) throws IOException, InterruptedException, GeneralSecurityException {
        String id = URLEncoder.encode(signatureId, StandardCharsets.UTF_8);
        succeeded(call("/liveness/h5/ext/v1/clear-data?signatureId=" + id, null));
    }

    /** The answer, if its code is SUCCESS. */
    private static JsonObject succeeded(JsonObject answer) {
        if (text(answer, "code").equals("SUCCESS")) return answer;
        throw new LivenessException(text(answer, "code") + ": " + text(answer, "message") + " ("
                + text(answer, "transactionId") + ")");
    }

    private static JsonObject data(JsonObject answer) {
        return succeeded(answer).getAsJsonObject("data");
    }

    private static String text(JsonObject object, String name) {
        return object.has(name) && !object.get(name).isJsonNull() ? object.get(name).getAsString() : "";
    }

    /** Checks the header `Nearfar-Signature` and returns the event. `body`: the raw body; `now`: Unix seconds */
    public static JsonObject webhookEvent(String secret, String header, byte[] body, long now)
            throws GeneralSecurityException {
        String[] fields = header.split(" *, *");
        String time = "";
        for (String field : fields) if (time.isEmpty() && field.startsWith("t=")) time = field.substring(2);
        if (!time.matches("[0-9]{1,12}") || Math.abs(now - Long.parseLong(time)) > TOLERANCE_SECONDS)
            throw new LivenessException("webhook: wrong time");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update((time + ".").getBytes(StandardCharsets.UTF_8));
        byte[] expected = ("v1=" + HexFormat.of().formatHex(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
        // While the secret is rotated there are several signatures.
        for (String field : fields)
            if (MessageDigest.isEqual(field.getBytes(StandardCharsets.UTF_8), expected))
                return JsonParser.parseString(new String(body, StandardCharsets.UTF_8)).getAsJsonObject();
        throw new LivenessException("webhook: wrong signature");
    }

    private static String run(String[] args) throws IOException, InterruptedException, GeneralSecurityException {
        Map<String, String> env = System.getenv();
        if (args[0].equals("webhook")) {
            long now = args.length > 2 ? Long.parseLong(args[2]) : System.currentTimeMillis() / 1000;
            JsonObject event = webhookEvent(env.get("LIVENESS_WEBHOOK_SECRET"), args[1], System.in.readAllBytes(), now);
            return text(event, "id") + " " + text(event, "type");
        }
        boolean sandbox = "1".equals(env.get("LIVENESS_SANDBOX"));
        Liveness liveness = new Liveness(env.get("LIVENESS_URL"), env.get("LIVENESS_ACCESS_KEY"),
                env.get("LIVENESS_SECRET_KEY"), sandbox);
        if (args[0].equals("session")) {
            Session session = liveness.session(args[1], "https://shop.example/done", "IDN");
            return session.signatureId() + " " + session.url();
        }
        if (args[0].equals("erase")) liveness.erase(args[1]);
        return liveness.result(args[1]).name().toLowerCase();
    }

    /** `session USER`, `result ID`, `erase ID`, or `webhook SIGNATURE [NOW]` with the body as input. */
    public static void main(String[] args) throws Exception {
        try {
            System.out.println(run(args));
        } catch (LivenessException error) {
            System.err.println(error.getMessage());
            System.exit(1);
        }
    }
}
