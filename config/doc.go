// Package config reads what a project says of its flows in spindle.yaml, the file at the project's root.
//
// So far it reads which targets a flow is deployed to, for the rules about targets:
//
//	defaults:
//	  target: step-functions
//	variants:
//	  us-east:
//	    flow: flows/demand.py
//	    target: [argo, kubernetes]
//
// Keys that it does not know are let pass. What it knows and can't read is a finding of SP409 in the file.
package config
