package dynamo

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Limits of an item, from the documentation of DynamoDB. A payload is split well
// below the true limit.
const (
	largestItem = 400 << 10
	largestPart = 350 << 10
)

// ItemSize is the size of an item in bytes, by the rules of the documentation of
// DynamoDB ("DynamoDB item sizes and formats"): names and texts in UTF-8, a
// number by its significant digits, rounded up.
func ItemSize(it map[string]types.AttributeValue) int {
	n := 0
	for name, v := range it {
		n += len(name) + valueSize(v)
	}
	return n
}

func valueSize(v types.AttributeValue) int {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return numberSize(v.Value)
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberL:
		n := 3 + len(v.Value)
		for _, e := range v.Value {
			n += valueSize(e)
		}
		return n
	case *types.AttributeValueMemberM:
		return 3 + len(v.Value) + ItemSize(v.Value)
	case *types.AttributeValueMemberSS:
		return len(strings.Join(v.Value, ""))
	}
	return 1 // BOOL, NULL; the store writes no other type
}

// numberSize is a byte for two significant digits, one more, and one more for a
// negative number.
func numberSize(n string) int {
	digits := strings.Trim(strings.TrimLeft(n, "-"), "0")
	size := (len(digits)+1)/2 + 1
	if strings.HasPrefix(n, "-") {
		size++
	}
	return size
}

// fits checks what DynamoDB would refuse and some emulators would not.
func fits(it item) error {
	if size := ItemSize(it); size > largestItem {
		return &failure{text: fmt.Sprintf("a row of %d kB does not fit in DynamoDB, whose limit is %d kB", size>>10, largestItem>>10)}
	}
	return nil
}
