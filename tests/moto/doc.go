// Package moto runs whole flows on AWS Batch as moto plays it, in real containers: Docker's, with images made of a folder. The tests have the build tag e2e;
// they want root, and are left out with the reason where Docker cannot run.
package moto
