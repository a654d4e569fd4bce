package roster_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster"
)

// promisedProviders is the table of companion section 11, written down a second
// time: type, credentials, options, and what is needed to enable.
var promisedProviders = map[string][4]string{
	"mailgun":   {"email", "apiKey domain isEuRegion", "fromName fromEmail replyToName replyToEmail", "apiKey domain fromEmail isEuRegion"},
	"sendgrid":  {"email", "apiKey", "fromName fromEmail replyToName replyToEmail", "apiKey fromEmail"},
	"resend":    {"email", "apiKey", "fromName fromEmail replyToName replyToEmail", "apiKey fromEmail"},
	"ses":       {"email", "accessKey secretKey region", "fromName fromEmail replyToName replyToEmail", "accessKey fromEmail region secretKey"},
	"smtp":      {"email", "host! port username password", "encryption autoTLS mailer fromName fromEmail replyToName replyToEmail", "fromEmail host"},
	"msg91":     {"sms", "templateId senderId authKey", "", "authKey senderId"},
	"telesign":  {"sms", "customerId apiKey", "from", "apiKey customerId from"},
	"textmagic": {"sms", "username apiKey", "from", "apiKey from username"},
	"twilio":    {"sms", "accountSid authToken", "from", "accountSid authToken from"},
	"vonage":    {"sms", "apiKey apiSecret", "from", "apiKey apiSecret from"},
	"fcm":       {"push", "serviceAccountJSON", "", "serviceAccountJSON"},
	"apns":      {"push", "authKey authKeyId teamId bundleId", "sandbox", "authKey authKeyId bundleId teamId"},
}

func TestProviderKindsAreThoseOfTheContract(t *testing.T) {
	got := make(map[string][4]string)
	for _, k := range roster.ProviderKinds() {
		got[k.Name] = [4]string{k.Type, fieldNames(k.Credentials), fieldNames(k.Options), strings.Join(slices.Sorted(slices.Values(k.Needs)), " ")}
	}
	if diff := cmp.Diff(promisedProviders, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func fieldNames(fields []roster.ProviderField) string {
	var names []string
	for _, f := range fields {
		name := f.Name
		if f.Required {
			name += "!"
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func TestAnUpdateOfAProviderRequiresNothing(t *testing.T) {
	for _, k := range roster.ProviderKinds() {
		created, changed := k.Fields(), k.Changes()
		if len(created) != len(changed) {
			t.Errorf("%s: %d fields are created and %d changed", k.Name, len(created), len(changed))
		}
		for i, f := range changed {
			if f.Name != created[i].Name || f.Required || f.Default.Kind != roster.Null || f.Doc == "" {
				t.Errorf("%s: the field %s is %+v in an update", k.Name, created[i].Name, f)
			}
			// What a form sends for a field that was left alone is no error.
			text := f.Name != "enabled" && f.Kind.Schema(f.Bounds)["type"] == "string" && f.Name != "encryption"
			if err := f.Kind.Parse(roster.Text(""), f.Bounds); text && err != nil {
				t.Errorf("%s: an update refuses an empty %s: %v", k.Name, f.Name, err)
			}
		}
	}
}

// A default must be a value that the field takes.
func TestDefaultsOfFieldsAreTaken(t *testing.T) {
	var fields []roster.Field
	for _, k := range roster.ProviderKinds() {
		fields = append(fields, k.Fields()...)
	}
	for _, p := range roster.Policies() {
		for _, f := range p.Fields {
			fields = append(fields, f.Field)
		}
	}
	for _, f := range fields {
		if f.Default.Kind == roster.Null {
			continue
		}
		if err := f.Kind.Parse(f.Default, f.Bounds); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func TestNoEncryptionIsKeptAsAnEmptyWord(t *testing.T) {
	words := roster.Bounds{Words: []string{"none", "ssl", "tls"}}
	for text, want := range map[string]string{"none": `""`, "NONE": `""`, "ssl": `"ssl"`, "Tls": `"tls"`} {
		var e roster.Encryption
		if err := e.Parse(roster.Text(text), words); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if got, err := json.Marshal(e); err != nil || string(got) != want {
			t.Errorf("%s is kept as %s, error %v", text, got, err)
		}
	}
}

func FuzzObjectsAreJSON(f *testing.F) {
	for _, text := range []string{`{}`, ` { "a" : [1, {"b": null}] } `, `{"a":"<&>"}`, `[]`, `"{}"`, `{"a":1`, `{"a":1}{}`, "null", "", `{"a":"\ud800"}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var o roster.Object
		err := o.Parse(roster.Text(text), roster.Bounds{})
		var want map[string]any
		if bad := json.Unmarshal([]byte(text), &want) != nil || want == nil; bad || err != nil {
			if bad && err == nil {
				t.Fatalf("%q is taken as %q", text, o)
			}
			if !bad && len(o) <= roster.MaxPrefsBytes && len(text) < roster.MaxPrefsBytes/6 {
				t.Fatalf("%q is refused: %v", text, err)
			}
			return
		}
		if o == "" {
			o = "{}"
		}
		kept, err := json.Marshal(o)
		if err != nil {
			t.Fatalf("%q is kept as %q, which is no JSON: %v", text, o, err)
		}
		var got map[string]any
		if err := json.Unmarshal(kept, &got); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%q becomes %v, error %v", text, got, err)
		}
	})
}
