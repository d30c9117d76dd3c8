/** Where libtorch computes: threads, the CPU and the GPUs of this machine, and whose turn it is. */
package org.seqlm.neural.torch.device;
