/**
 * Networks as ONNX: a model in plain Java in, an ONNX file out whose log-probabilities ONNX Runtime
 * has computed and found to be the model's.
 */
package org.seqlm.neural.onnx;
