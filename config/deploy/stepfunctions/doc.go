// Package stepfunctions deploys flows to AWS Step Functions.
//
// [Target] implements [deploy.Target]. What it makes of a deployment:
//
//   - a state machine: per step a state that runs a job on AWS Batch and waits for it. It is small, and the same for the same deployment.
//   - a job definition for each kind of container the steps need, named by its content, with the command that makes a container a helper.
//   - the document that the helpers read (engine/scheduled), named by its content.
//   - a rule of EventBridge, where there is a schedule.
//
// The machine passes little from state to state, none of it a value of the flow's: which deployment, which execution, the indexes of the foreaches
// around (Path), how often a switch has led back (Loop, and Turn for the task's id) and where it came from (From). The helper makes everything else of these. What the machine must
// know of a task before it can go on, how many items a foreach has and which way a switch goes, it reads from a small object that the task leaves in the
// datastore; no table is needed.
//
// Names, owners and production tokens are Metaflow's, at the places where Metaflow looks for them: each refuses to overwrite, end or delete what was
// deployed with the other by somebody else.
package stepfunctions
