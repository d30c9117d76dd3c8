/** Where libtorch computes: threads, the CPU and the GPUs of this machine. */
package org.seqlm.neural.torch.device;
