package main

import "github.com/spf13/cobra"

func newRuns(a *app) *cobra.Command { return &cobra.Command{Use: "runs", GroupID: groupPast} }
