// Package kernel drives `spindle kernel` the way it is used: by Jupyter's own client, its suite for kernels and nbclient, from the environment of
// tests/jupyter-requirements.txt. The programs are in suite, one unittest module each.
package kernel
