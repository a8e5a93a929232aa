package service

import (
	"fmt"
	"strconv"
	"time"
)

// FromSettings are the options that Metaflow's variables name. User, clock and the rest are left to the caller.
func FromSettings(setting func(name string) string) (Options, error) {
	o := Options{URL: setting(URLVariable), Key: setting(KeyVariable)}
	var err error
	if o.Headers, err = Headers(setting(HeadersVariable)); err != nil {
		return o, err
	}
	if text := setting(RetryVariable); text != "" {
		if o.Tries, err = strconv.Atoi(text); err != nil || o.Tries < 0 {
			return o, fmt.Errorf("%s=%q is not a count", RetryVariable, text)
		}
	}
	if text := setting(VersionVariable); text != "" {
		check, err := strconv.ParseBool(text)
		if err != nil {
			return o, fmt.Errorf("%s=%q is neither true nor false", VersionVariable, text)
		}
		o.AnyVersion = !check
	}
	if text := setting(PatienceVariable); text != "" {
		if o.Patience, err = time.ParseDuration(text); err != nil || o.Patience <= 0 {
			return o, fmt.Errorf("%s=%q is not a time such as 10m", PatienceVariable, text)
		}
	}
	return o, nil
}
