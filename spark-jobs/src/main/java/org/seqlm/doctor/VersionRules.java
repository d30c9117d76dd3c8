package org.seqlm.doctor;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Versions against what the jar is made for, and against the driver's. */
public final class VersionRules {
  /** Names in {@link ProcessFacts#versions}. */
  public static final String SEQLM = "seqlm";

  public static final String JAVA = "Java";
  public static final String SPARK = "Spark";
  public static final String SCALA = "Scala";
  public static final String HADOOP = "Hadoop";

  private static final String CHECK = "versions";
  private static final int JAVA_FROM = 17;
  private static final String SPARK_LINE = "3.5.";
  private static final String SCALA_LINE = "2.12.";

  private VersionRules() {}

  /** What is to be said of an application's processes, the driver first. */
  public static List<Finding> of(List<ProcessFacts> all) {
    Map<String, String> driver = all.get(0).versions();
    return Verdict.findings(
        CHECK, all, all, one -> judge(one.versions(), driver), (verdict, group) -> verdict.key());
  }

  private static Verdict judge(Map<String, String> of, Map<String, String> driver) {
    String told =
        List.of(SEQLM, JAVA, SPARK, SCALA, HADOOP).stream()
            .filter(of::containsKey)
            .map(name -> name + " " + of.get(name))
            .collect(Collectors.joining(", "));
    if (!of.get(SPARK).startsWith(SPARK_LINE) || !of.get(SCALA).startsWith(SCALA_LINE)) {
      return Verdict.fail(
          told, "the jar is for Spark 3.5 built for Scala 2.12: submit it with such a Spark");
    }
    if (feature(of.get(JAVA)) < JAVA_FROM) {
      return Verdict.fail(
          told, "the jar needs Java 17 or newer: set JAVA_HOME where this process starts");
    }
    if (!of.get(SEQLM).equals(driver.get(SEQLM))) {
      return Verdict.fail(
          told,
          "the driver has seqlm "
              + driver.get(SEQLM)
              + ": take the other jar off the class path there (spark.executor.extraClassPath,"
              + " Spark's jars folder)");
    }
    if (!of.get(SPARK).equals(driver.get(SPARK)) || !of.get(SCALA).equals(driver.get(SCALA))) {
      return Verdict.fail(
          told,
          "the driver has Spark "
              + driver.get(SPARK)
              + " for Scala "
              + driver.get(SCALA)
              + ", and Spark's processes speak to their own release only: install one release"
              + " everywhere");
    }
    if (!of.get(JAVA).equals(driver.get(JAVA)) || !of.get(HADOOP).equals(driver.get(HADOOP))) {
      return Verdict.warn(
          told,
          "the driver has Java "
              + driver.get(JAVA)
              + " and Hadoop "
              + driver.get(HADOOP)
              + ": give all machines one image, as only equal ones are tested together");
    }
    return Verdict.ok(told);
  }

  /** For instance 17 of {@code 17.0.12+7}; 0 if it is none. */
  static int feature(String java) {
    String digits = java.replaceFirst("^(\\d{1,4}).*$", "$1");
    return digits.matches("\\d+") ? Integer.parseInt(digits) : 0;
  }
}
