package worker

import (
	"encoding/json"
	"fmt"
)

// UnmarshalJSON reads the wire form [input, [names]].
func (i *Inherited) UnmarshalJSON(b []byte) error {
	var pair [2]json.RawMessage
	if err := json.Unmarshal(b, &pair); err != nil {
		return fmt.Errorf("inherit entry: %w", err)
	}
	if err := json.Unmarshal(pair[0], &i.Input); err != nil {
		return fmt.Errorf("inherit entry, input: %w", err)
	}
	if err := json.Unmarshal(pair[1], &i.Names); err != nil {
		return fmt.Errorf("inherit entry, names: %w", err)
	}
	return nil
}

// MarshalJSON writes the wire form [input, [names]].
func (i Inherited) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{i.Input, i.Names})
}
