package roster

import (
	"slices"
	"strings"
)

// Provider is an account at a service that sends messages.
type Provider struct {
	Seq                  int64
	ID, Name             string
	Kind, Type           string // as [ProviderKind] has them
	Enabled              bool
	Credentials          string // a JSON object; sealed where it is stored
	Options              string // a JSON object
	CreatedAt, UpdatedAt Time
}

// ProviderKind is a service that Roster can keep an account of (companion
// section 11). Whatever Roster knows of the services stands in the table of
// [ProviderKinds] and nowhere else.
type ProviderKind struct {
	Name        string // on the wire
	Title       string // as SDKs spell it in the names of methods
	Service     string // as people call it
	Type        string // what it sends: email, sms or push
	Credentials []ProviderField
	Options     []ProviderField
	Needs       []string // the fields that it cannot be enabled without
}

// ProviderField is a credential or an option of a provider.
type ProviderField struct {
	Field
	Later Kind // what an update takes, if that is not what a creation takes
}

// ProviderKinds lists every kind of provider.
func ProviderKinds() []*ProviderKind { return providerKinds }

var providerKinds = []*ProviderKind{
	{
		Name: "mailgun", Title: "Mailgun", Service: "Mailgun", Type: "email", Options: letterhead(), Needs: names("fromEmail apiKey domain isEuRegion"),
		Credentials: []ProviderField{credential("apiKey", "API key."), credential("domain", "The domain that mail is sent from."), isEuRegion},
	},
	{
		Name: "sendgrid", Title: "Sendgrid", Service: "SendGrid", Type: "email", Options: letterhead(), Needs: names("fromEmail apiKey"),
		Credentials: []ProviderField{credential("apiKey", "API key.")},
	},
	{
		Name: "resend", Title: "Resend", Service: "Resend", Type: "email", Options: letterhead(), Needs: names("fromEmail apiKey"),
		Credentials: []ProviderField{credential("apiKey", "API key.")},
	},
	{
		Name: "ses", Title: "Ses", Service: "Amazon SES", Type: "email", Options: letterhead(), Needs: names("fromEmail accessKey secretKey region"),
		Credentials: []ProviderField{
			credential("accessKey", "Id of the AWS access key."), credential("secretKey", "Secret of the AWS access key."),
			line("region", "The AWS region, such as eu-central-1.", maxRegion),
		},
	},
	{
		Name: "smtp", Title: "SMTP", Service: "a mail server", Type: "email", Needs: names("fromEmail host"),
		Credentials: []ProviderField{host, port, credential("username", "User name."), credential("password", "Password.")},
		Options:     append([]ProviderField{encryption, autoTLS, option("mailer", "The header X-Mailer.", maxProviderText)}, letterhead()...),
	},
	{
		Name: "msg91", Title: "Msg91", Service: "MSG91", Type: "sms", Needs: names("senderId authKey"),
		Credentials: []ProviderField{credential("templateId", "Id of the template."), credential("senderId", "Id of the sender."), credential("authKey", "Authentication key.")},
	},
	{
		Name: "telesign", Title: "Telesign", Service: "Telesign", Type: "sms", Options: []ProviderField{sender}, Needs: names("customerId apiKey from"),
		Credentials: []ProviderField{credential("customerId", "Id of the customer."), credential("apiKey", "API key.")},
	},
	{
		Name: "textmagic", Title: "Textmagic", Service: "Textmagic", Type: "sms", Options: []ProviderField{sender}, Needs: names("username apiKey from"),
		Credentials: []ProviderField{credential("username", "User name."), credential("apiKey", "API key.")},
	},
	{
		Name: "twilio", Title: "Twilio", Service: "Twilio", Type: "sms", Options: []ProviderField{sender}, Needs: names("accountSid authToken from"),
		Credentials: []ProviderField{credential("accountSid", "Id of the account."), credential("authToken", "Authentication token.")},
	},
	{
		Name: "vonage", Title: "Vonage", Service: "Vonage", Type: "sms", Options: []ProviderField{sender}, Needs: names("apiKey apiSecret from"),
		Credentials: []ProviderField{credential("apiKey", "API key."), credential("apiSecret", "API secret.")},
	},
	{
		Name: "fcm", Title: "FCM", Service: "Firebase Cloud Messaging", Type: "push", Credentials: []ProviderField{serviceAccount}, Needs: names("serviceAccountJSON"),
	},
	{
		Name: "apns", Title: "APNS", Service: "the Apple Push Notification service", Type: "push", Options: []ProviderField{sandbox}, Needs: names("authKey authKeyId teamId bundleId"),
		Credentials: []ProviderField{
			credential("authKey", "Authentication key."), credential("authKeyId", "Id of the authentication key."),
			credential("teamId", "Id of the team."), credential("bundleId", "Id of the app's bundle."),
		},
	},
}

// The contract bounds a region and a sender's name. What it leaves open is
// bounded by what any key or certificate needs, so that a list of providers
// stays one that fits into memory.
const (
	maxSenderName   = 128
	maxRegion       = 128
	maxSender       = 256
	maxProviderText = 16384
)

var (
	isEuRegion     = ProviderField{Field: Field{Name: "isEuRegion", Doc: "Whether the account is in the EU region.", Kind: new(BoolParam)}}
	host           = ProviderField{Field: Field{Name: "host", Doc: "The mail server; several are separated by semicolons and tried in order.", Kind: new(TextParam), Bounds: Bounds{Max: maxProviderText}, Required: true}}
	port           = ProviderField{Field: Field{Name: "port", Doc: "Its port.", Kind: new(Range), Bounds: Bounds{Min: 1, Max: 65535}, Default: Value{Kind: Number, Text: "587"}}}
	encryption     = ProviderField{Field: Field{Name: "encryption", Doc: "How the connection is encrypted from the beginning.", Kind: new(Encryption), Bounds: Bounds{Words: names("none ssl tls")}, Default: Text("none")}}
	autoTLS        = ProviderField{Field: Field{Name: "autoTLS", Doc: "Whether to encrypt whenever the server offers it.", Kind: new(BoolParam), Default: Value{Kind: Bool, Text: "true"}}}
	sandbox        = ProviderField{Field: Field{Name: "sandbox", Doc: "Whether to send to Apple's sandbox.", Kind: new(BoolParam), Default: Value{Kind: Bool, Text: "false"}}}
	serviceAccount = ProviderField{Field: Field{Name: "serviceAccountJSON", Doc: "The service account's key file.", Kind: new(Object)}}
	// A sender may be a number at first, and also a name later (companion
	// section 11 and the contract's SDKs).
	sender = ProviderField{Field: Field{Name: "from", Doc: "The number that messages come from.", Kind: new(PhoneParam), Bounds: Bounds{Max: maxSender, Empty: true}}, Later: new(TextParam)}
)

// letterhead are the four options of everything that sends mail.
func letterhead() []ProviderField {
	return []ProviderField{
		option("fromName", "The sender's name.", maxSenderName), mailbox("fromEmail", "The sender's address."),
		option("replyToName", "The name that replies go to.", maxSenderName), mailbox("replyToEmail", "The address that replies go to."),
	}
}

func credential(name, doc string) ProviderField { return line(name, doc, maxProviderText) }

func line(name, doc string, most int64) ProviderField {
	return ProviderField{Field: Field{Name: name, Doc: doc, Kind: new(TextParam), Bounds: Bounds{Max: most}}}
}

// option is a line that is shown also when it is empty.
func option(name, doc string, most int64) ProviderField {
	f := line(name, doc, most)
	f.Default = Text("")
	return f
}

func mailbox(name, doc string) ProviderField {
	return ProviderField{Field: Field{Name: name, Doc: doc, Kind: new(EmailParam), Bounds: Bounds{Empty: true}, Default: Text("")}}
}

func names(list string) []string { return strings.Fields(list) }

// enabled is the last parameter of all of them.
var enabled = Field{Name: "enabled", Doc: "Whether messages may be sent with it.", Kind: new(BoolParam)}

// Fields are the parameters of a creation.
func (k *ProviderKind) Fields() []Field {
	return k.fields(func(f *ProviderField) {
		if f.Required {
			f.Bounds.Min = 1
		}
	})
}

// Changes are the parameters of an update: the same, none of which is required.
func (k *ProviderKind) Changes() []Field {
	return k.fields(func(f *ProviderField) {
		if f.Later != nil {
			f.Kind = f.Later
		}
		f.Required, f.Default = false, Value{}
	})
}

func (k *ProviderKind) fields(edit func(*ProviderField)) []Field {
	var fields []Field
	for _, f := range slices.Concat(k.Credentials, k.Options) {
		edit(&f)
		fields = append(fields, f.Field)
	}
	return append(fields, enabled)
}
