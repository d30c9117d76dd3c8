package org.seqlm.kernels;

/** Which kernels the native libraries are to compute with. */
public enum KernelSet {
  /** Those that each library thinks the fastest on its processor, or that variables name. */
  NATIVE,
  /**
   * One set that every x86-64 processor with AVX2 and FMA has, whatever variables say: the same
   * bits on all of them, in float32 on Linux.
   */
  PORTABLE
}
