/**
 * What every process that computes with ND4J sets first, whether its CUDA backend can run here, and
 * arrays of Java into ND4J's and back.
 */
package org.seqlm.neural.dl4j.device;
