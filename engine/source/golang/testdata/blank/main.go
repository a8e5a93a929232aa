// Command blank is the place of flows that tests write into the overlay.
package main

func main() {}
