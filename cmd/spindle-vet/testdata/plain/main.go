// Command plain is no flow.
package main

func main() {}
