// An integrator's back end: access token, session, result, webhook check and erasure. .NET 8 or newer, no packages.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

/// <summary>The service refused a request, or a webhook is not genuine.</summary>
public sealed class LivenessException : Exception
{
    public LivenessException(string message) : base(message) { }
}

/// <summary>What a session came to.</summary>
public enum Outcome { Passed, Failed, Inconclusive, Pending, Erased }

/// <summary>A client of the service.</summary>
public sealed class Liveness
{
    /// <summary>The service's `pass_score`. Not used if the account has `verdictFields` on.</summary>
    private const int PassScore = 50;
    private const long ToleranceSeconds = 300;

    /// <summary>No accusation: let the person try again.</summary>
    private static readonly HashSet<string> Inconclusive = new()
    {
        "FACE_QUALITY_TOO_POOR", "FACE_OCCLUDED", "INVALID_FACE_DETECTED", "NO_FACE_DETECTED", "TOO_MANY_FACES_DETECTED",
    };

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly SemaphoreSlim tokenLock = new(1);
    private readonly string url;
    private readonly string accessKey;
    private readonly string secretKey;
    private readonly bool sandbox;
    private string token = "";
    private long tokenEnd;

    /// <param name="sandbox">Accepts the chosen verdicts of a test account; never set it in production.</param>
    public Liveness(string url, string accessKey, string secretKey, bool sandbox = false)
    {
        this.url = url.TrimEnd('/');
        this.accessKey = accessKey;
        this.secretKey = secretKey;
        this.sandbox = sandbox;
    }

    /// <summary>Sends a request, again if the service is busy. The code counts, not the HTTP status.</summary>
    private async Task<JsonObject> Send(string path, string? token, Dictionary<string, string>? body)
    {
        for (int attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(body == null ? HttpMethod.Get : HttpMethod.Post, url + path);
            if (token != null) request.Headers.Add("X-ACCESS-TOKEN", token);
            if (body != null)
                request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await http.SendAsync(request);
            JsonObject answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
            if (Text(answer, "code") is not ("SERVICE_BUSY" or "RETRY_LATER") || attempt == 3) return answer;
            double seconds = response.Headers.RetryAfter?.Delta?.TotalSeconds ?? 1;
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(seconds, 10)));
        }
    }

    /// <summary>An access token, cached until a minute before its end. It is a secret: never log it.</summary>
    private async Task<string> AccessToken()
    {
        await tokenLock.WaitAsync();
        try
        {
            long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            if (now < tokenEnd - 60_000) return token;
            byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(accessKey + secretKey + now));
            var body = new Dictionary<string, string>
            {
                ["accessKey"] = accessKey, ["timestamp"] = now.ToString(), ["periodSecond"] = "3600",
                ["signature"] = Convert.ToHexString(hash).ToLowerInvariant(),
            };
            JsonObject data = Data(await Send("/openapi/auth/ticket/v1/generate-token", null, body));
            tokenEnd = data["expiredTime"]!.GetValue<long>();
            return token = Text(data, "token");
        }
        finally
        {
            tokenLock.Release();
        }
    }

    private async Task<JsonObject> Call(string path, Dictionary<string, string>? body)
    {
        JsonObject answer = await Send(path, await AccessToken(), body);
        // The account's tokens were revoked: the next call gets a new one.
        if (Text(answer, "code") == "IAM_FAILED") Interlocked.Exchange(ref tokenEnd, 0);
        return answer;
    }

    /// <summary>Creates a session. Store its id with the person's record, and show them the URL.</summary>
    public async Task<(string SignatureId, string Url)> Session(string userId, string returnUrl, string region)
    {
        var body = new Dictionary<string, string>
        {
            ["userId"] = userId, ["returnUrl"] = returnUrl, ["region"] = region, ["tryCount"] = "3",
        };
        JsonObject data = Data(await Call("/openapi/liveness/v2/h5/token", body));
        return (Text(data, "signatureId"), Text(data, "url"));
    }

    /// <summary>The outcome of a session.</summary>
    public async Task<Outcome> Result(string signatureId)
    {
        var body = new Dictionary<string, string> { ["signatureId"] = signatureId };
        JsonObject answer = await Call("/openapi/liveness/v4/h5/get-result", body);
        string code = Text(answer, "code");
        if (code == "LIVENESS_NO_RESULT") return Outcome.Pending;
        if (code == "RESULT_NOT_FOUND") return Outcome.Erased;
        if (Text(answer, "extra").StartsWith("SANDBOX", StringComparison.Ordinal) && !sandbox)
            throw new LivenessException("the result of a test account");
        if (Inconclusive.Contains(code)) return Outcome.Inconclusive;
        // SUCCESS is not yet a pass: an attack is a SUCCESS with a low score.
        JsonObject data = Data(answer);
        bool passed = data["passed"]?.GetValue<bool>() ?? data["score"]!.GetValue<int>() >= PassScore;
        return passed ? Outcome.Passed : Outcome.Failed;
    }

    /// <summary>Erases the session's pictures and results. Repeating it succeeds.</summary>
    public async Task Erase(string signatureId) =>
        Succeeded(await Call("/liveness/h5/ext/v1/clear-data?signatureId=" + Uri.EscapeDataString(signatureId), null));

    /// <summary>The answer, if its code is SUCCESS.</summary>
    private static JsonObject Succeeded(JsonObject answer) => Text(answer, "code") == "SUCCESS"
        ? answer
        : throw new LivenessException(
            $"{Text(answer, "code")}: {Text(answer, "message")} ({Text(answer, "transactionId")})");

    private static JsonObject Data(JsonObject answer) => Succeeded(answer)["data"]!.AsObject();

    private static string Text(JsonObject answer, string name) => answer[name]?.GetValue<string>() ?? "";

    /// <summary>Checks the header `Nearfar-Signature` and returns the event.</summary>
    /// <param name="body">The raw body, before any JSON parser.</param>
    /// <param name="now">Unix seconds.</param>
    public static JsonObject WebhookEvent(string secret, string header, byte[] body, long now)
    {
        string[] fields = header.Split(',', StringSplitOptions.TrimEntries);
        string time = fields.FirstOrDefault(field => field.StartsWith("t=", StringComparison.Ordinal))?[2..] ?? "";
        if (!Regex.IsMatch(time, "^[0-9]{1,12}\\z") || Math.Abs(now - long.Parse(time)) > ToleranceSeconds)
            throw new LivenessException("webhook: wrong time");
        byte[] signed = Encoding.UTF8.GetBytes(time + ".").Concat(body).ToArray();
        byte[] hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed);
        byte[] expected = Encoding.UTF8.GetBytes("v1=" + Convert.ToHexString(hash).ToLowerInvariant());
        // While the secret is rotated there are several signatures.
        if (!fields.Any(field => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(field), expected)))
            throw new LivenessException("webhook: wrong signature");
        return JsonNode.Parse(body)!.AsObject();
    }

    private static string Env(string name) => Environment.GetEnvironmentVariable("LIVENESS_" + name) ?? "";

    private static async Task<string> Run(string[] args)
    {
        if (args[0] == "webhook")
        {
            using var body = new MemoryStream();
            await Console.OpenStandardInput().CopyToAsync(body);
            long now = args.Length > 2 ? long.Parse(args[2]) : DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            JsonObject found = WebhookEvent(Env("WEBHOOK_SECRET"), args[1], body.ToArray(), now);
            return $"{Text(found, "id")} {Text(found, "type")}";
        }
        var liveness = new Liveness(Env("URL"), Env("ACCESS_KEY"), Env("SECRET_KEY"), Env("SANDBOX") == "1");
        if (args[0] == "session")
        {
            var (signatureId, url) = await liveness.Session(args[1], "https://shop.example/done", "IDN");
            return $"{signatureId} {url}";
        }
        if (args[0] == "erase") await liveness.Erase(args[1]);
        return (await liveness.Result(args[1])).ToString().ToLowerInvariant();
    }

    /// <summary>`session USER`, `result ID`, `erase ID`, or `webhook SIGNATURE [NOW]` with the body as input.</summary>
    public static async Task<int> Main(string[] args)
    {
        try
        {
            Console.WriteLine(await Run(args));
            return 0;
        }
        catch (LivenessException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }
}
