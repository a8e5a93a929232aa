// Command nothing is the cheapest program there is to start.
package main

func main() {}
