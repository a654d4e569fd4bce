package roster

// Delivery is a mail or an SMS on its way to somebody.
type Delivery struct {
	Project   ProjectNumber
	Seq       int64
	Channel   string // [Email] or [SMS]
	Recipient string
	Content   string // sealed; empty once it has failed
	CreatedAt Time
	DueAt     Time // when it is tried next; zero: not any more
	Attempts  int
	State     string
	Problem   string // why the last attempt failed
}

// The channels of deliveries.
const (
	Email = "email"
	SMS   = "sms"
)

// The states of deliveries. One that was sent is there no more.
const (
	DeliveryWaiting = "waiting"
	DeliveryFailed  = "failed"
	DeliveryKept    = "kept" // for who develops, instead of sending it
)
