package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;
import org.seqlm.kernels.KernelSet;
import org.seqlm.kernels.KernelVariables;
import org.seqlm.store.Sha256;

/**
 * Portable kernels give the same bits whatever variables say and whatever the processor is; others
 * are told of. Each process has variables of its own.
 */
@OnCluster
@EnabledOnOs(architectures = "amd64", value = OS.LINUX)
class KernelsIT {
  /** Kernels that every x86-64 with AVX runs, and that have other last bits than any with FMA. */
  private static final Map<String, String> WITHOUT_FMA =
      Map.of(
          "OPENBLAS_CORETYPE", "Sandybridge",
          "OPENBLAS_L2_SIZE", "4096",
          "ATEN_CPU_CAPABILITY", "default",
          "ONEDNN_MAX_CPU_ISA", "AVX",
          "OMP_NUM_THREADS", "3");

  private static final Map<String, String> WITH_FMA = Map.of("OPENBLAS_CORETYPE", "Zen");

  @TempDir static Path folder;

  private static String dataset;

  @BeforeAll
  static void prepare() throws Exception {
    Assumptions.assumeTrue(
        Files.readString(Path.of("/proc/cpuinfo")).contains(" avx2 "),
        "this processor has no AVX2");
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "the cats ran\na dog runs\nno one ran\n".repeat(60));
    dataset = folder.resolve("dataset").toString();
    SubmittedJar.Result prepared =
        new SubmittedJar(folder).run("prepare", "--input", text.toString(), "--output", dataset);
    assertThat(prepared.exit()).as(prepared.err()).isZero();
  }

  /** A training by the jar in a process with variables of its own. */
  private record Trained(JsonNode result, String bits, String err) {
    /** What computed it. */
    List<String> chosen(String library) {
      List<String> values = new ArrayList<>();
      result.path("kernels").forEach(kernels -> values.add(kernels.path(library).asText()));
      return values;
    }
  }

  private static Trained train(
      String master, Map<String, String> variables, Map<String, String> conf, String... more)
      throws Exception {
    SubmittedJar jar = new SubmittedJar(folder).master(master);
    // Whatever this build's environment has.
    jar.environment(KernelVariables.names(), variables);
    conf.forEach(jar::conf);
    List<String> command = new ArrayList<>(List.of("train", "--input", dataset, "--json", "-"));
    command.addAll(List.of("--workers=2", "--frequency=2", "--hidden=37", "--embedding=11"));
    command.addAll(List.of("--batch=2", "--time-steps=8", "--dropout=0.1"));
    command.addAll(List.of("--set", "validation={every: 0, sample-length: 0}"));
    command.addAll(List.of(more));
    SubmittedJar.Result process = jar.run(command.toArray(String[]::new));
    assertThat(process.exit()).as(process.err()).isZero();
    JsonNode result = Json.mapper().readTree(process.out());
    Path model =
        ArtifactFiles.file(Path.of(result.path("model").asText()), "parameters.safetensors");
    return new Trained(result, Sha256.of(Files.readAllBytes(model)), process.err());
  }

  private static String output(String name) {
    return "--output=" + folder.resolve(name);
  }

  @Test
  void portableKernelsAreAboveAllVariables() throws Exception {
    Trained first =
        train("local[2]", WITHOUT_FMA, Map.of(), "--kernels=portable", output("portable"));
    assertThat(first.chosen("openblas core")).containsExactly("HASWELL");
    assertThat(first.chosen("libtorch capability")).containsExactly("AVX2");
    assertThat(first.chosen("onednn isa")).containsExactly("avx2");
    Trained second =
        train(
            "local-cluster[2,1,1024]",
            WITH_FMA,
            Map.of("spark.executorEnv.OPENBLAS_CORETYPE", "Nehalem"),
            "--kernels=portable",
            output("portable on executors"));
    assertThat(second.bits()).isEqualTo(first.bits());
    assertThat(second.result().path("kernels")).isEqualTo(first.result().path("kernels"));
    assertThat(first.err() + second.err()).doesNotContain("native libraries");
  }

  /** What steers the driver's libraries steers those of its executors; then the bits are equal. */
  @Test
  void variablesReachExecutors() throws Exception {
    Trained one = train("local[2]", WITHOUT_FMA, Map.of(), output("steered"));
    Trained several =
        train("local-cluster[2,1,1024]", WITHOUT_FMA, Map.of(), output("steered executors"));
    assertThat(several.chosen("openblas core")).containsExactly("SANDYBRIDGE");
    assertThat(several.bits()).isEqualTo(one.bits());
    assertThat(several.err()).doesNotContain("native libraries");

    Trained goesOn =
        train("local[2]", WITH_FMA, Map.of(), output("steered"), "--resume", "--epochs=3.5");
    assertThat(goesOn.err().lines())
        .filteredOn(line -> line.contains("native libraries"))
        .singleElement()
        .asString()
        .contains("than when this run began", "openblas core was SANDYBRIDGE, now is ZEN")
        .contains("execution.kernels portable");
    assertThat(goesOn.chosen("openblas core")).containsExactly("SANDYBRIDGE", "ZEN");
  }

  @Test
  void executorsThatComputeDifferentlyAreNamed() throws Exception {
    Trained mixed =
        train(
            "local-cluster[2,1,1024]",
            WITH_FMA,
            Map.of("spark.executorEnv.OPENBLAS_CORETYPE", "Sandybridge"),
            output("mixed"));
    assertThat(mixed.err().lines())
        .filteredOn(line -> line.contains("native libraries"))
        .singleElement()
        .asString()
        .contains("openblas core SANDYBRIDGE (executor 0 on ", "ZEN (the driver)")
        .contains("execution.kernels portable");
  }

  /** Every engine, cells of every kind of arithmetic, in processes without Spark. */
  @Test
  void theBitsOfPortableKernelsAreTheSameInEveryEngine() throws Exception {
    List<String> portable = bits(List.of(), KernelSet.PORTABLE, WITHOUT_FMA);
    assertThat(portable).hasSize(6).allMatch(line -> line.contains("openblas core HASWELL"));
    assertThat(bits(List.of(), KernelSet.PORTABLE, WITH_FMA)).isEqualTo(portable);
    // That they could differ.
    assertThat(hashes(bits(List.of(), KernelSet.NATIVE, WITHOUT_FMA)))
        .doesNotContainAnyElementsOf(hashes(portable));
  }

  /** Processors that QEMU emulates, instruction by instruction. */
  @Test
  void theBitsOfPortableKernelsAreTheSameOnOtherProcessors() throws Exception {
    Path qemu = Path.of("/usr/bin/qemu-x86_64");
    Assumptions.assumeTrue(
        Files.isExecutable(qemu), "there is no " + qemu + " (Debian's package qemu-user)");
    List<String> here = bits(List.of(), KernelSet.PORTABLE, Map.of());
    Map<String, Process> emulated = new LinkedHashMap<>();
    for (String model : List.of("Haswell", "EPYC-Rome")) {
      emulated.put(
          model, start(List.of(qemu.toString(), "-cpu", model), KernelSet.PORTABLE, Map.of()));
    }
    for (Map.Entry<String, Process> process : emulated.entrySet()) {
      assertThat(read(process.getValue())).as(process.getKey()).isEqualTo(here);
    }
  }

  private static List<String> hashes(List<String> lines) {
    return lines.stream().map(line -> line.split(" ")[2]).toList();
  }

  private static List<String> bits(
      List<String> under, KernelSet kernels, Map<String, String> variables) throws Exception {
    return read(start(under, kernels, variables));
  }

  private static Process start(List<String> under, KernelSet kernels, Map<String, String> variables)
      throws IOException {
    List<String> command = new ArrayList<>(under);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toRealPath().toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", SubmittedJar.classPath(), KernelBits.class.getName()));
    command.add(kernels.name());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(folder.resolve("bits.err").toFile());
    builder.environment().keySet().removeAll(KernelVariables.names());
    builder.environment().putAll(variables);
    return builder.start();
  }

  private static List<String> read(Process process) throws Exception {
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.contains(" by "))
            .toList();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("bits.err"))).isZero();
    return lines;
  }
}
