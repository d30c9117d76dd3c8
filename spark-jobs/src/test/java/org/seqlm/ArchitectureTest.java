package org.seqlm;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The arrows between packages point one way, and each library has its place. */
class ArchitectureTest {
  private static final String ROOT = "org.seqlm";

  /** Each may use the packages of the rows before it. */
  private static final List<String> ROWS =
      List.of(
          "text",
          "vocab",
          "lm",
          "ngram",
          "kernels",
          "neural",
          "neural.torch",
          "neural.dl4j.layers",
          "neural.dl4j",
          "artifact",
          "dataset",
          "corpus",
          "report",
          "spark",
          "bench",
          "job");

  /** What stands beside the rows: it may use these, and only those may use it. */
  private static final Map<String, List<Set<String>>> ASIDE =
      Map.of("example", List.of(Set.of("text", "vocab", "lm"), Set.of("report", "job")));

  /** Packages of a library, and the only packages of ours that may name them. */
  private static final Map<List<String>, List<String>> LIBRARIES = libraries();

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  private static Map<List<String>, List<String>> libraries() {
    Map<List<String>, List<String>> owners = new LinkedHashMap<>();
    owners.put(
        List.of("org.apache.spark..", "scala..", "com.esotericsoftware.kryo.."),
        List.of("spark", "bench", "job"));
    owners.put(
        List.of("org.apache.hadoop.."),
        List.of("artifact", "dataset", "corpus", "spark", "bench", "job"));
    owners.put(List.of("org.apache.parquet.."), List.of("artifact", "corpus"));
    owners.put(List.of("com.github.luben.zstd.."), List.of("corpus"));
    owners.put(
        List.of("org.deeplearning4j..", "org.nd4j.."),
        List.of("neural.dl4j", "neural.dl4j.layers", "neural.torch", "spark", "bench"));
    owners.put(
        List.of("org.bytedeco.."),
        List.of("kernels", "neural.dl4j", "neural.dl4j.layers", "neural.torch", "spark", "bench"));
    owners.put(
        List.of(
            "picocli..",
            "me.tongfei.progressbar..",
            "com.fasterxml.jackson.dataformat.yaml..",
            "org.yaml.snakeyaml.."),
        List.of("job"));
    owners.put(List.of("com.github.mustachejava.."), List.of("report"));
    return owners;
  }

  @Test
  void everyPackageHasItsRow() {
    Assertions.assertThat(
            CLASSES.stream().map(JavaClass::getPackageName).map(ArchitectureTest::row).distinct())
        .allSatisfy(
            row ->
                Assertions.assertThat(row.isEmpty() || ROWS.contains(row) || ASIDE.containsKey(row))
                    .as("%s has a row in ArchitectureTest", row)
                    .isTrue());
  }

  @Test
  void packagesUseOnlyRowsBeforeThem() {
    ArchRuleDefinition.classes()
        .should(
            new ArchCondition<JavaClass>("use only rows before their own") {
              @Override
              public void check(JavaClass from, ConditionEvents events) {
                for (Dependency use : from.getDirectDependenciesFromSelf()) {
                  JavaClass to = use.getTargetClass().getBaseComponentType();
                  if (to.getPackageName().startsWith(ROOT) && !mayUse(row(from), row(to))) {
                    events.add(SimpleConditionEvent.violated(use, use.getDescription()));
                  }
                }
              }
            })
        .check(CLASSES);
  }

  /** Figures, and what programs read, are the same in every country. */
  @Test
  void nothingDependsOnTheLocale() {
    noClasses()
        .should()
        .callMethod(String.class, "format", String.class, Object[].class)
        .orShould()
        .callMethod(String.class, "formatted", Object[].class)
        .orShould()
        .callMethod(String.class, "toLowerCase")
        .orShould()
        .callMethod(String.class, "toUpperCase")
        .orShould()
        .callMethod(PrintStream.class, "printf", String.class, Object[].class)
        .orShould()
        .callMethod(PrintWriter.class, "printf", String.class, Object[].class)
        .check(CLASSES);
  }

  @Test
  void packagesMakeNoCycle() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @TestFactory
  Stream<DynamicTest> librariesKeepTheirPlaces() {
    return LIBRARIES.entrySet().stream()
        .map(
            library ->
                DynamicTest.dynamicTest(
                    library.getKey().get(0),
                    () ->
                        noClasses()
                            .that(
                                com.tngtech.archunit.base.DescribedPredicate.describe(
                                    "live outside " + library.getValue(),
                                    (JavaClass type) -> !library.getValue().contains(row(type))))
                            .should()
                            .dependOnClassesThat(
                                resideInAnyPackage(library.getKey().toArray(String[]::new)))
                            .check(CLASSES)));
  }

  @Test
  void nothingEndsTheProcess() {
    noClasses()
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .because("inside a cluster only SparkUserAppException may carry an exit code")
        .check(CLASSES);
  }

  /** The root package is free for all. */
  private static boolean mayUse(String from, String to) {
    if (to.isEmpty() || from.equals(to)) {
      return true;
    }
    if (ASIDE.containsKey(from)) {
      return ASIDE.get(from).get(0).contains(to);
    }
    if (ASIDE.containsKey(to)) {
      return ASIDE.get(to).get(1).contains(from);
    }
    return !from.isEmpty() && ROWS.indexOf(to) < ROWS.indexOf(from);
  }

  private static String row(JavaClass type) {
    return row(type.getPackageName());
  }

  /** The package below the root; empty for the root itself. */
  private static String row(String packageName) {
    return packageName.equals(ROOT) ? "" : packageName.substring(ROOT.length() + 1);
  }
}
