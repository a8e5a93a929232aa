// Package metaservice plays Metaflow's metadata service for tests: its HTTP API (docs/service.md names the calls), in memory, on loopback, with faults.
//
// It was written from the API's description and keeps to what a service does where that matters to its callers: it allocates numbers for runs and
// tasks, takes names that are none, answers 409 to what is there already, keeps no record from being there twice, and shows a run's tags on all below.
package metaservice
