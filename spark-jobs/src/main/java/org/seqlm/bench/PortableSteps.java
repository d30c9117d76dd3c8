package org.seqlm.bench;

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
import org.seqlm.artifact.Json;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.kernels.KernelSet;
import org.seqlm.kernels.Kernels;
import org.seqlm.neural.Engine;
import org.seqlm.neural.Execution;
import org.seqlm.neural.Precision;
import org.seqlm.spark.Engines;

/**
 * Our engines with portable kernels: a process beside ours, for a process has but one set, that
 * trains the same steps when it is told to.
 */
final class PortableSteps implements Closeable {
  private static final Execution EXECUTION =
      new Execution(Execution.Device.CPU, Precision.FLOAT32, KernelSet.PORTABLE);

  private final JsonProcess process;

  /** Starts the process. */
  PortableSteps() throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-cp");
    line.add(String.join(File.pathSeparator, ChildProcess.classPath()));
    line.add(PortableSteps.class.getName());
    process = new JsonProcess("portable kernels", new ProcessBuilder(line));
    if (process.first() == null) {
      throw new IOException("the process for portable kernels did not start");
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

  /** The other side; standard output is for answers only. */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err);
    Kernels.ask(KernelSet.PORTABLE);
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
