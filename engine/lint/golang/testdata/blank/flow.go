// Command blank is the place of the flows in the cases.
package main

func main() {}
