<?php

// An integrator's back end: access token, session, result, webhook check and erasure. PHP 8.1 or newer, no packages.

declare(strict_types=1);

final class LivenessError extends Exception
{
}

/** A client of the service. `$sandbox`: accepts the chosen verdicts of a test account; never set it in production. */
final class Liveness
{
    /** The lowest score that passes: the service's `pass_score`. Not used if the account has `verdictFields` on. */
    private const PASS_SCORE = 50;
    /** No accusation: let the person try again. */
    private const INCONCLUSIVE = [
        'FACE_QUALITY_TOO_POOR', 'FACE_OCCLUDED', 'INVALID_FACE_DETECTED', 'NO_FACE_DETECTED', 'TOO_MANY_FACES_DETECTED',
    ];
    private const TOLERANCE_SECONDS = 300;

    /** With PHP-FPM, keep token and end in APCu or another store that requests share. */
    private string $token = '';
    private float $tokenEnd = 0;

    public function __construct(
        private string $url,
        private string $accessKey,
        private string $secretKey,
        private bool $sandbox = false,
    ) {
    }

    /** Sends a request, again if the service is busy. The code counts, not the HTTP status. */
    private function send(string $path, array $headers, ?array $body = null): array
    {
        $http = [
            'method' => $body === null ? 'GET' : 'POST',
            'header' => ['Content-Type: application/json', ...$headers],
            'content' => $body === null ? '' : json_encode($body, JSON_THROW_ON_ERROR),
            'timeout' => 30,
            'follow_location' => 0,
            'ignore_errors' => true,
        ];
        for ($attempt = 1; ; $attempt++) {
            $text = file_get_contents(rtrim($this->url, '/') . $path, false, stream_context_create(['http' => $http]));
            if ($text === false) {
                throw new LivenessError('the service does not answer');
            }
            $answer = json_decode($text, true, 512, JSON_THROW_ON_ERROR);
            if (!in_array($answer['code'], ['SERVICE_BUSY', 'RETRY_LATER'], true) || $attempt === 3) {
                return $answer;
            }
            $after = preg_grep('/^Retry-After: *\d+$/i', $http_response_header);
            sleep(min($after ? (int) explode(':', reset($after))[1] : 1, 10));
        }
    }

    /** An access token, cached until a minute before its end. It is a secret: never log it. */
    private function accessToken(): string
    {
        if (microtime(true) < $this->tokenEnd - 60) {
            return $this->token;
        }
        $timestamp = (string) (int) (microtime(true) * 1000);
        $signature = hash('sha256', $this->accessKey . $this->secretKey . $timestamp);
        $body = ['accessKey' => $this->accessKey, 'timestamp' => $timestamp, 'signature' => $signature];
        $data = self::succeeded($this->send('/openapi/auth/ticket/v1/generate-token', [], $body))['data'];
        $this->tokenEnd = $data['expiredTime'] / 1000;
        return $this->token = $data['token'];
    }

    private function call(string $path, ?array $body = null): array
    {
        $answer = $this->send($path, ['X-ACCESS-TOKEN: ' . $this->accessToken()], $body);
        if ($answer['code'] === 'IAM_FAILED') {
            $this->tokenEnd = 0; // The account's tokens were revoked: the next call gets a new one.
        }
        return $answer;
    }

    /** Creates a session: `signatureId` and `url`. Store the id with the person's record, and show them the URL. */
    public function session(string $userId, string $returnUrl, string $region): array
    {
        $body = ['userId' => $userId, 'returnUrl' => $returnUrl, 'region' => $region, 'tryCount' => '3'];
        return self::succeeded($this->call('/openapi/liveness/v2/h5/token', $body))['data'];
    }

    /** The outcome of a session: `passed`, `failed`, `inconclusive`, `pending` or `erased`. */
    public function result(string $signatureId): string
    {
        $answer = $this->call('/openapi/liveness/v4/h5/get-result', ['signatureId' => $signatureId]);
        if ($answer['code'] === 'LIVENESS_NO_RESULT') {
            return 'pending';
        }
        if ($answer['code'] === 'RESULT_NOT_FOUND') {
            return 'erased';
        }
        if (str_starts_with($answer['extra'] ?? '', 'SANDBOX') && !$this->sandbox) {
            throw new LivenessError('the result of a test account');
        }
        if (in_array($answer['code'], self::INCONCLUSIVE, true)) {
            return 'inconclusive';
        }
        // SUCCESS is not yet a pass: an attack is a SUCCESS with a low score.
        $data = self::succeeded($answer)['data'];
        return ($data['passed'] ?? $data['score'] >= self::PASS_SCORE) ? 'passed' : 'failed';
    }

    /** Erases the session's pictures and results. Repeating it succeeds. */
    public function erase(string $signatureId): void
    {
        self::succeeded($this->call('/liveness/h5/ext/v1/clear-data?signatureId=' . rawurlencode($signatureId)));
    }

    /** The answer, if its code is SUCCESS. */
    private static function succeeded(array $answer): array
    {
        if ($answer['code'] === 'SUCCESS') {
            return $answer;
        }
        throw new LivenessError("{$answer['code']}: {$answer['message']} ({$answer['transactionId']})");
    }

    /** Checks the header `Nearfar-Signature` and returns the event. `$body`: the raw body; `$now`: Unix seconds */
    public static function webhookEvent(string $secret, string $header, string $body, ?int $now = null): array
    {
        preg_match('/(?:^|,) *t=(\d{1,12}) *(?:,|$)/D', $header, $time);
        if (!$time || abs(($now ?? time()) - (int) $time[1]) > self::TOLERANCE_SECONDS) {
            throw new LivenessError('webhook: wrong time');
        }
        $expected = hash_hmac('sha256', "{$time[1]}.$body", $secret);
        // While the secret is rotated there are several signatures.
        foreach (explode(',', $header) as $field) {
            [$name, $value] = explode('=', trim($field), 2) + ['', ''];
            if ($name === 'v1' && hash_equals($expected, $value)) {
                return json_decode($body, true, 512, JSON_THROW_ON_ERROR);
            }
        }
        throw new LivenessError('webhook: wrong signature');
    }
}

/** The command line: `session USER`, `result ID`, `erase ID`, or `webhook SIGNATURE [NOW]` with the body as input. */
function main(string $command, string $argument, ?string $now = null): string
{
    $env = fn (string $name): string => (string) getenv("LIVENESS_$name");
    if ($command === 'webhook') {
        $body = (string) file_get_contents('php://stdin');
        $event = Liveness::webhookEvent($env('WEBHOOK_SECRET'), $argument, $body, $now === null ? null : (int) $now);
        return "{$event['id']} {$event['type']}";
    }
    $liveness = new Liveness($env('URL'), $env('ACCESS_KEY'), $env('SECRET_KEY'), $env('SANDBOX') === '1');
    if ($command === 'session') {
        return implode(' ', $liveness->session($argument, 'https://shop.example/done', 'IDN'));
    }
    if ($command === 'erase') {
        $liveness->erase($argument);
    }
    return $liveness->result($argument);
}

if (realpath($argv[0] ?? '') === __FILE__) {
    try {
        echo main(...array_slice($argv, 1)), "\n";
    } catch (LivenessError $error) {
        fwrite(STDERR, $error->getMessage() . "\n");
        exit(1);
    }
}
