// Package artifacts is the SP2xx group of rules: what a flow's steps do with the values they leave on self.
//
// The facts come from the reader ([graph.Data]), the way of artifacts through the graph from package dataflow. A rule says
// Error only where the task is sure to fail when the place is reached; where a path depends on conditions that the rules
// don't understand, they say Warning or nothing. Code that asks before it reads (hasattr, getattr with a default, try) is
// left alone, and so is everything behind code out of sight that is given the flow.
package artifacts
