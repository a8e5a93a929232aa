// Package service tests Spindle and the real metaflow on one metadata service, which tests/metaservice plays.
package service
