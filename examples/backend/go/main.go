// An integrator's back end: access token, session, result, webhook check and erasure. Go 1.19 or newer, no packages.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// passScore is the lowest score that passes: the service's `pass_score`. Not used if the account has `verdictFields` on.
const passScore = 50

const toleranceSeconds = 300

// inconclusive codes are no accusation: let the person try again.
var inconclusive = map[string]bool{
	"FACE_QUALITY_TOO_POOR": true, "FACE_OCCLUDED": true, "INVALID_FACE_DETECTED": true, "NO_FACE_DETECTED": true,
	"TOO_MANY_FACES_DETECTED": true,
}

// answer is the envelope of every API. Data has the fields of all of them that this program reads.
type answer struct {
	Code, Message, Extra, TransactionID string
	Data                                struct {
		Token, SignatureID, URL string
		ExpiredTime             int64
		Passed                  *bool
		Score                   int
	}
}

// succeeded returns an error unless the code is SUCCESS.
func (a *answer) succeeded() error {
	if a.Code == "SUCCESS" {
		return nil
	}
	return fmt.Errorf("%s: %s (%s)", a.Code, a.Message, a.TransactionID)
}

// client is a client of the service. sandbox accepts the chosen verdicts of a test account; never set it in production.
type client struct {
	url, accessKey, secretKey string
	sandbox                   bool
	http                      http.Client
	lock                      sync.Mutex
	token                     string
	tokenEnd                  time.Time
}

// send sends a request, again if the service is busy. The code counts, not the HTTP status.
func (c *client) send(path, token string, body map[string]string) (*answer, error) {
	for attempt := 1; ; attempt++ {
		method, content := http.MethodGet, []byte(nil)
		if body != nil {
			method = http.MethodPost
			content, _ = json.Marshal(body) // A map of strings always encodes.
		}
		request, err := http.NewRequest(method, c.url+path, bytes.NewReader(content))
		if err != nil {
			return nil, err
		}
		request.Header.Set("Content-Type", "application/json")
		if token != "" {
			request.Header.Set("X-ACCESS-TOKEN", token)
		}
		response, err := c.http.Do(request)
		if err != nil {
			return nil, err
		}
		var got answer
		err = json.NewDecoder(response.Body).Decode(&got)
		response.Body.Close()
		busy := got.Code == "SERVICE_BUSY" || got.Code == "RETRY_LATER"
		if err != nil || !busy || attempt == 3 {
			return &got, err
		}
		seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
		if err != nil || seconds > 10 {
			seconds = 10
		}
		time.Sleep(time.Duration(seconds) * time.Second)
	}
}

// accessToken returns an access token, cached until a minute before its end. It is a secret: never log it.
func (c *client) accessToken() (string, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if time.Now().Before(c.tokenEnd.Add(-time.Minute)) {
		return c.token, nil
	}
	timestamp := strconv.FormatInt(time.Now().UnixMilli(), 10)
	signature := sha256.Sum256([]byte(c.accessKey + c.secretKey + timestamp))
	body := map[string]string{
		"accessKey": c.accessKey, "timestamp": timestamp, "signature": hex.EncodeToString(signature[:]), "periodSecond": "3600",
	}
	got, err := c.send("/openapi/auth/ticket/v1/generate-token", "", body)
	if err == nil {
		err = got.succeeded()
	}
	if err != nil {
		return "", err
	}
	c.token, c.tokenEnd = got.Data.Token, time.UnixMilli(got.Data.ExpiredTime)
	return c.token, nil
}

func (c *client) call(path string, body map[string]string) (*answer, error) {
	token, err := c.accessToken()
	if err != nil {
		return nil, err
	}
	got, err := c.send(path, token, body)
	if err == nil && got.Code == "IAM_FAILED" {
		// The account's tokens were revoked: the next call gets a new one.
		c.lock.Lock()
		c.tokenEnd = time.Time{}
		c.lock.Unlock()
	}
	return got, err
}

// session creates a session. Store its id with the person's record, and show them the URL.
func (c *client) session(userID, returnURL, region string) (signatureID, page string, err error) {
	body := map[string]string{"userId": userID, "returnUrl": returnURL, "region": region, "tryCount": "3"}
	got, err := c.call("/openapi/liveness/v2/h5/token", body)
	if err != nil {
		return "", "", err
	}
	return got.Data.SignatureID, got.Data.URL, got.succeeded()
}

// result returns the outcome of a session: passed, failed, inconclusive, pending or erased.
func (c *client) result(signatureID string) (string, error) {
	got, err := c.call("/openapi/liveness/v4/h5/get-result", map[string]string{"signatureId": signatureID})
	switch {
	case err != nil:
		return "", err
	case got.Code == "LIVENESS_NO_RESULT":
		return "pending", nil
	case got.Code == "RESULT_NOT_FOUND":
		return "erased", nil
	case strings.HasPrefix(got.Extra, "SANDBOX") && !c.sandbox:
		return "", errors.New("the result of a test account")
	case inconclusive[got.Code]:
		return "inconclusive", nil
	case got.Code != "SUCCESS":
		return "", got.succeeded()
	}
	// SUCCESS is not yet a pass: an attack is a SUCCESS with a low score.
	passed := got.Data.Score >= passScore
	if got.Data.Passed != nil {
		passed = *got.Data.Passed
	}
	if passed {
		return "passed", nil
	}
	return "failed", nil
}

// erase erases the session's pictures and results. Repeating it succeeds.
func (c *client) erase(signatureID string) error {
	got, err := c.call("/liveness/h5/ext/v1/clear-data?signatureId="+url.QueryEscape(signatureID), nil)
	if err != nil {
		return err
	}
	return got.succeeded()
}

// event is the part of a webhook's body that this program reads.
type event struct{ ID, Type string }

// webhookEvent checks the header Nearfar-Signature and returns the event. body: the raw body; now: Unix seconds
func webhookEvent(secret, header string, body []byte, now int64) (*event, error) {
	sent, signatures := "", []string{}
	for _, field := range strings.Split(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		if name == "t" && sent == "" {
			sent = value
		} else if name == "v1" {
			signatures = append(signatures, value)
		}
	}
	seconds, err := strconv.ParseInt(sent, 10, 64)
	if err != nil || now-seconds > toleranceSeconds || seconds-now > toleranceSeconds {
		return nil, errors.New("webhook: wrong time")
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(sent + "."))
	mac.Write(body)
	expected := []byte(hex.EncodeToString(mac.Sum(nil)))
	// While the secret is rotated there are several signatures.
	for _, signature := range signatures {
		if hmac.Equal([]byte(signature), expected) {
			got := &event{}
			return got, json.Unmarshal(body, got)
		}
	}
	return nil, errors.New("webhook: wrong signature")
}

// run is the command line: session USER, result ID, erase ID, or webhook SIGNATURE [NOW] with the body as input.
func run(command, argument string, more []string) (string, error) {
	if command == "webhook" {
		now := time.Now().Unix()
		if len(more) > 0 {
			now, _ = strconv.ParseInt(more[0], 10, 64)
		}
		body, err := io.ReadAll(os.Stdin)
		if err != nil {
			return "", err
		}
		got, err := webhookEvent(os.Getenv("LIVENESS_WEBHOOK_SECRET"), argument, body, now)
		if err != nil {
			return "", err
		}
		return got.ID + " " + got.Type, nil
	}
	c := &client{
		url: strings.TrimRight(os.Getenv("LIVENESS_URL"), "/"), accessKey: os.Getenv("LIVENESS_ACCESS_KEY"),
		secretKey: os.Getenv("LIVENESS_SECRET_KEY"), sandbox: os.Getenv("LIVENESS_SANDBOX") == "1",
		http: http.Client{Timeout: 30 * time.Second},
	}
	if command == "session" {
		id, page, err := c.session(argument, "https://shop.example/done", "IDN")
		return id + " " + page, err
	}
	if command == "erase" {
		if err := c.erase(argument); err != nil {
			return "", err
		}
	}
	return c.result(argument)
}

func main() {
	output, err := run(os.Args[1], os.Args[2], os.Args[3:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(output)
}
