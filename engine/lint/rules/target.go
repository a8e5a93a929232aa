package rules

// Targets are the names of schedulers and computes that a flow can be meant for, in alphabetical order.
func Targets() []string { return []string{"airflow", "argo", "batch", "kubernetes", "step-functions"} }
