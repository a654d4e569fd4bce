package totp

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// read is what a camera would read from a picture.
func read(t *testing.T, file []byte) (text string, side int) {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		t.Fatal(err)
	}
	if picture.Bounds().Dx() != picture.Bounds().Dy() {
		t.Errorf("the picture is no square: %s", picture.Bounds())
	}
	return result.GetText(), picture.Bounds().Dx()
}

func TestThePictureShowsTheLink(t *testing.T) {
	secret := NewSecret()
	for _, size := range []int{128, 200, 256, 333, 1024} {
		link := URI(secret, "Demo & Co", "ada@example.com")
		file, err := Picture(link, size)
		if err != nil {
			t.Fatal(err)
		}
		if text, side := read(t, file); text != link || side != size {
			t.Errorf("in %d pixels %q is read, want %q in %d", side, text, link, size)
		}
	}
}

// The longest link that there is grows beyond the size, since a module is a
// pixel at least.
func TestThePictureOfTheLongestLinkCanBeRead(t *testing.T) {
	link := URI(NewSecret(), strings.Repeat("🦊", 200), strings.Repeat("ß", 400))
	file, err := Picture(link, 128)
	if err != nil {
		t.Fatal(err)
	}
	if text, side := read(t, file); text != link || side <= 128 {
		t.Errorf("in %d pixels %q is read, want %q", side, text, link)
	}
	if _, err := Picture(strings.Repeat("x", maxLink+1), 128); err == nil {
		t.Error("what does not fit was drawn")
	}
}

// White around it is what a QR code begins with.
func TestThePictureHasAMargin(t *testing.T) {
	file, err := Picture("otpauth://totp/x?secret=S", 128)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	dark := func(x, y int) bool { r, _, _, _ := picture.At(x, y).RGBA(); return r == 0 }
	first := 128
	for y := range 128 {
		for x := range 128 {
			if dark(x, y) {
				first = min(first, x, y, 127-x, 127-y)
			}
		}
	}
	if module := 128 / 33; first < margin*module || first >= 128/2 {
		t.Errorf("the code begins %d pixels from the edge", first)
	}
}
