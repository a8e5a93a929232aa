package main

import "github.com/spf13/cobra"

func newRuns(a *app) *cobra.Command        { return &cobra.Command{Use: "runs", GroupID: groupPast} }
func newLogs(a *app) *cobra.Command        { return &cobra.Command{Use: "logs", GroupID: groupPast} }
func newDump(a *app) *cobra.Command        { return &cobra.Command{Use: "dump", GroupID: groupPast} }
func newTag(a *app) *cobra.Command         { return &cobra.Command{Use: "tag", GroupID: groupPast} }
func newStoreServer(a *app) *cobra.Command { return &cobra.Command{Use: "store-server", Hidden: true} }
