package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * Submits the jar that users submit, in a process of its own under a Spark without any of the
 * libraries it bundles.
 *
 * <pre>{@code
 * new SubmittedJar(scratch).master("local-cluster[2,1,1024]").run("train", "--input", ...)
 * }</pre>
 */
final class SubmittedJar {
  static final Path JAR = Path.of("target", "seqlm.jar");

  /** These processes live for seconds: the optimising compiler would cost more than it gains. */
  private static final String BRIEF = "-XX:TieredStopAtLevel=1";

  private final Path scratch;
  private String master = "local[2]";
  private final Map<String, Object> conf = new LinkedHashMap<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private String classPathOfTests = "";

  /** What became of a process. */
  record Result(int exit, String out, String err) {}

  /**
   * @param scratch where what processes say goes
   */
  SubmittedJar(Path scratch) {
    this.scratch = scratch;
    conf("spark.kryo.registrationRequired", true);
    conf("spark.ui.enabled", false);
    conf("spark.executor.memory", "1g");
    conf("spark.executor.extraJavaOptions", BRIEF + " \"" + natives() + "\"");
  }

  /** Spark's master; {@code local[2]} without. */
  SubmittedJar master(String url) {
    master = url;
    return this;
  }

  /** One of Spark's settings. */
  SubmittedJar conf(String key, Object value) {
    conf.put(key, value);
    return this;
  }

  /** One of Spark's settings; options for Java follow those that are there. */
  SubmittedJar addTo(String key, String value) {
    boolean more = key.endsWith("extraJavaOptions") && conf.containsKey(key);
    return conf(key, more ? conf.get(key) + " " + value : value);
  }

  /** Sets variables of the submitting process, and takes these names away first. */
  SubmittedJar environment(Collection<String> without, Map<String, String> with) {
    without.forEach(name -> environment.put(name, null));
    environment.putAll(with);
    return this;
  }

  /** Lets Spark's settings name classes of the tests. */
  SubmittedJar withTestClasses() {
    Path classes = Path.of("target", "test-classes").toAbsolutePath();
    classPathOfTests += File.pathSeparator + classes;
    return conf("spark.executor.extraClassPath", classes);
  }

  /** Gives the driver the jars of a folder, as a Spark that has more than ours. */
  SubmittedJar withJars(Path folder) {
    classPathOfTests += File.pathSeparator + folder.toAbsolutePath() + "/*";
    return this;
  }

  /** Runs a command to its end. */
  Result run(String... command) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("org.apache.spark.deploy.SparkSubmit", "--master", master));
    conf.forEach((key, value) -> arguments.addAll(List.of("--conf", key + "=" + value)));
    arguments.addAll(List.of("--class", "org.seqlm.job.SeqLM", JAR.toString()));
    arguments.addAll(List.of(command));
    Path out = scratch.resolve("out");
    Path err = scratch.resolve("err");
    Process process = spark(out, err, "127.0.0.1", arguments);
    try {
      assertThat(process.waitFor(600, TimeUnit.SECONDS)).as("ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** Starts one of Spark's main classes at a loopback address of its own. */
  Process spark(Path out, Path err, String address, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", BRIEF));
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" +")));
    command.addAll(
        List.of(
            "-cp",
            classPathOfSpark() + classPathOfTests,
            natives(),
            "-Dlog4j2.configurationFile=" + Path.of("../conf/log4j2.properties").toAbsolutePath()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    // What a cluster needs to start executors without a Spark distribution.
    Files.createDirectories(scratch.resolve("spark/jars"));
    builder.environment().put("SPARK_HOME", scratch.resolve("spark").toString());
    builder.environment().put("SPARK_DIST_CLASSPATH", classPathOfSpark());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    builder.environment().put("SPARK_LOCAL_IP", address);
    environment.forEach(
        (name, value) -> {
          builder.environment().remove(name);
          if (value != null) {
            builder.environment().put(name, value);
          }
        });
    return builder.start();
  }

  /**
   * Where JavaCPP unpacks the jar's natives, once for all tests. No temporary folder: JavaCPP makes
   * links there to libraries of the system, and JUnit warns of each when it removes them.
   */
  static String natives() {
    return "-Dorg.bytedeco.javacpp.cachedir=" + Path.of("target", "natives").toAbsolutePath();
  }

  /** The class path of a plain Spark: this one without what the jar bundles. */
  static String classPathOfSpark() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    Set<String> bundled =
        Pattern.compile("<include>[^<:]+:([^<]+)</include>")
            .matcher(pom.substring(0, pom.indexOf("</artifactSet>")))
            .results()
            .map(include -> include.group(1).replace("${scala.binary.version}", "2.12"))
            .collect(Collectors.toSet());
    return Arrays.stream(classPath().split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar") && !entry.endsWith("seqlm-thin.jar"))
        .filter(
            // .../artifact/version/file.jar
            entry ->
                !bundled.contains(Path.of(entry).getParent().getParent().getFileName().toString()))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** That of the tests. */
  static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
