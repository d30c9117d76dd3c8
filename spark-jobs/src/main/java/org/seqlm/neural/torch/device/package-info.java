/** Where libtorch computes: threads, the CPU and the GPUs of this machine, and who holds them. */
package org.seqlm.neural.torch.device;
