/**
 * Which machine code the native libraries of this process compute with, and which of them
 * multiplies matrices: it decides the last bits of a training. What steers it, what it was, and how
 * it is pinned.
 */
package org.seqlm.kernels;
