package org.seqlm.bench.step;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.bench.meter.ChildProcess;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.kernels.KernelSet;
import org.seqlm.kernels.Kernels;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.spark.training.Engines;

/**
 * Our engines with portable kernels: a process beside ours, for a process has but one set, that
 * trains the same steps when it is told to.
 */
final class PortableSteps implements Closeable {
  private static final Execution EXECUTION =
      new Execution(Execution.Device.CPU, Precision.FLOAT32, KernelSet.PORTABLE);

  private final JsonProcess process;

  /**
   * Starts the process.
   *
   * @param environment beside this process's own
   * @throws UserException with exit code 5 if this machine cannot compute with them
   */
  PortableSteps(Map<String, String> environment) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-cp");
    line.add(String.join(File.pathSeparator, ChildProcess.classPath()));
    line.add(PortableSteps.class.getName());
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().putAll(environment);
    process = new JsonProcess("portable kernels", builder);
    boolean started = false;
    try {
      if (process.first() == null) {
        throw process.ended();
      }
      started = true;
    } finally {
      if (!started) {
        process.close();
      }
    }
  }

  /** An engine's learner of a case; that of the case before is let go. */
  StepRunner open(StepCase what, Engine<?> engine, long seed) throws IOException {
    process.ask(Map.of("engine", engine.name(), "open", what.name(), "seed", seed));
    return new StepRunner() {
      @Override
      public Stretch run(int steps) throws IOException {
        return process.run(Map.of("engine", engine.name(), "run", steps));
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() throws IOException {
    process.close();
  }

  /** The other side; standard output is for answers only, and the last error says why it ended. */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err);
    try {
      answer(out);
    } catch (UserException e) {
      System.err.println(e.getMessage());
    }
  }

  private static void answer(PrintStream out) throws IOException {
    Kernels.pin(KernelSet.PORTABLE);
    out.println("{}");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Map<String, LearnerRunner<?>> runners = new HashMap<>();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode command = Json.mapper().readTree(line);
      String engine = command.get("engine").asText();
      if (command.has("open")) {
        String name = command.get("open").asText();
        StepCase what =
            StepCase.all().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        runners.put(
            engine,
            new LearnerRunner<>(
                what, Engines.named(engine), EXECUTION, command.get("seed").asLong()));
        out.println("{}");
      } else {
        StepRunner.Stretch stretch = runners.get(engine).run(command.get("run").asInt());
        Kernels.check(KernelSet.PORTABLE, KernelChoice.ofThisProcess());
        out.println(
            Json.mapper()
                .writeValueAsString(
                    Map.of(
                        "tokens", stretch.tokens(),
                        "seconds", stretch.seconds(),
                        "cpu_seconds", stretch.cpuSeconds())));
      }
      out.flush();
    }
  }
}
