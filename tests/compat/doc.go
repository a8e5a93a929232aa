// Package compat runs one set of flows (flows/) under Spindle and under the real metaflow and compares what both left behind.
//
// Every flow file says at its top with which arguments it runs and how it must end. Each of the two runs it in a store of its own;
// then client/dump_client.py, under the real metaflow's client, writes all that a client can see of a run as JSON that does not
// depend on ids and times: artifacts, transitions, foreach stacks, tags, exceptions, log lines, parents and children, metadata.
// The two documents must be equal, apart from the deviations that are listed with a reason.
//
// The other direction is tested with the same documents: Spindle's client and its reading verbs over stores that metaflow wrote, and
// resume of either one's runs by the other.
//
// metaflow needs seconds for a flow, so its stores and documents are kept in build/compat until the flow, the dump script or
// metaflow's version changes. SPINDLE_PEER names a Python that has metaflow, by default build/peer/bin/python; without one the tests
// fail, unless SPINDLE_NO_PEER=1 says that this is meant.
package compat
