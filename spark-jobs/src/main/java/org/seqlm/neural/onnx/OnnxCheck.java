package org.seqlm.neural.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.UserException;
import org.seqlm.lm.LanguageModel;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.plain.RecurrentLanguageModel;

/** Whether an ONNX file computes what its model does, asked of ONNX Runtime. */
public final class OnnxCheck {
  /**
   * The most by which a log-probability may differ, in nats; of one below −1 in parts of itself,
   * for float32 has seven digits.
   */
  public static final double TOLERANCE = 1e-4;

  private static final int BATCH = 2;

  /** Tokens of a window each: the second begins with the state that the first ends with. */
  private static final int[] WINDOWS = {8, 5};

  private OnnxCheck() {}

  /**
   * Runs the file on random tokens, in windows that carry their state, beside the model.
   *
   * @param onnx the bytes of the file
   * @return the largest difference of a log-probability
   * @throws UserException with exit code 5 if it is above {@link #TOLERANCE}, or ONNX Runtime does
   *     not run here
   */
  public static double difference(byte[] onnx, RecurrentLanguageModel model, long seed) {
    OrtEnvironment runtime = runtime();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      try (OrtSession session = runtime.createSession(onnx, options)) {
        return difference(runtime, session, model, seed);
      }
    } catch (OrtException e) {
      throw UserException.platform(
          "ONNX Runtime "
              + runtime.getVersion()
              + " cannot run what was made of the model, so nothing is written: "
              + e.getMessage(),
          e);
    }
  }

  private static OrtEnvironment runtime() {
    try {
      return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "seqlm");
    } catch (LinkageError | RuntimeException e) {
      throw UserException.platform(
          "ONNX Runtime, which checks what is exported, does not run on this system ("
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + "): export on Linux x86-64, or where the jar was built; --safetensors needs it not",
          e);
    }
  }

  private static double difference(
      OrtEnvironment runtime, OrtSession session, RecurrentLanguageModel model, long seed)
      throws OrtException {
    LanguageNetwork spec = model.spec();
    List<String> states = OnnxModel.states(spec.cell());
    KeyedRandom random = KeyedRandom.of(seed, "onnx");
    List<LanguageModel.Reading> readings = new ArrayList<>();
    for (int row = 0; row < BATCH; row++) {
      readings.add(model.blank());
    }
    Map<String, float[]> carried = new LinkedHashMap<>();
    states.forEach(state -> carried.put(state, new float[spec.layers() * BATCH * spec.hidden()]));
    double worst = 0;
    int drawn = 0;
    for (int time : WINDOWS) {
      long[] tokens = new long[BATCH * time]; // (batch, time)
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = (long) (random.uniform(drawn++) * spec.vocabulary());
      }
      FloatBuffer logs = run(runtime, session, spec, tokens, carried);
      float[] expected = new float[spec.vocabulary()];
      for (int i = 0; i < tokens.length; i++) {
        LanguageModel.Reading reading = readings.get(i / time);
        reading.read((int) tokens[i]);
        reading.logProbabilities(expected);
        for (int token = 0; token < expected.length; token++) {
          double scale = Math.max(1, Math.abs(expected[token]));
          double difference =
              Math.abs(logs.get(i * expected.length + token) - expected[token]) / scale;
          if (!(difference <= TOLERANCE)) { // nor NaN
            throw mismatch(spec, expected[token], logs.get(i * expected.length + token));
          }
          worst = Math.max(worst, difference);
        }
      }
    }
    return worst;
  }

  /** One window; what {@code carried} holds of each state becomes that after it. */
  private static FloatBuffer run(
      OrtEnvironment runtime,
      OrtSession session,
      LanguageNetwork spec,
      long[] tokens,
      Map<String, float[]> carried)
      throws OrtException {
    long[] shape = {spec.layers(), BATCH, spec.hidden()};
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    try {
      inputs.put(
          OnnxModel.TOKENS,
          OnnxTensor.createTensor(
              runtime, LongBuffer.wrap(tokens), new long[] {BATCH, tokens.length / BATCH}));
      for (Map.Entry<String, float[]> state : carried.entrySet()) {
        inputs.put(
            state.getKey() + "0",
            OnnxTensor.createTensor(runtime, FloatBuffer.wrap(state.getValue()), shape));
      }
      try (OrtSession.Result outputs = session.run(inputs)) {
        for (Map.Entry<String, float[]> state : carried.entrySet()) {
          buffer(outputs, state.getKey()).get(state.getValue());
        }
        return buffer(outputs, OnnxModel.LOG_PROBABILITIES);
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  /** A copy of an output. */
  private static FloatBuffer buffer(OrtSession.Result outputs, String name) {
    return ((OnnxTensor) outputs.get(name).orElseThrow()).getFloatBuffer();
  }

  private static UserException mismatch(LanguageNetwork spec, float expected, float found) {
    return UserException.platform(
        String.format(
            Locale.ROOT,
            "ONNX Runtime computes a log-probability of %.6g where the model %s has %.6g, more"
                + " than %.0e from it, so nothing is written: export the model with --safetensors,"
                + " and report this",
            found,
            spec.title(),
            expected,
            TOLERANCE));
  }
}
