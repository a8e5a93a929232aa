// Package scheduled runs tasks where a scheduler decides what comes next and no engine watches: in the containers of a deployment on Step Functions.
//
// A [Deployment] is all that is the same for every task of every run. It lies in the object store under the hash of its content. What differs from task to
// task, the [Coordinates], comes as variables of the container. Everything else follows from both: the ids of tasks, their parents, what they inherit. So no
// table outside of the datastore is needed, and a task that is started twice finds what it did the first time.
//
// The scheduler starts the container of a step, and looks at its exit code: 0 says that the task is done, and [Left] is where a foreach or switch step says how
// it goes on. Anything else asks for another container of the same coordinates, as often as the step's retries say. The number of the attempt is found in the
// store, never told.
//
//	<root>/<flow>/_spindle/deployments/<sha256>.json           the Deployment
//	<root>/<flow>/_spindle/runs/<run>/<step>/<task>.json       Left
//	<root>/<flow>/_spindle/runs/<run>/<step>/<task>.items.json the indexes of a foreach alone
package scheduled
