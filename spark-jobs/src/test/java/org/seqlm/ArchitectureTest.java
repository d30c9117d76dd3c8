package org.seqlm;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.seqlm.job.SeqLM;
import org.seqlm.job.cli.JobCommand;

/** The arrows between packages point one way, and each library has its place. */
class ArchitectureTest {
  private static final String ROOT = "org.seqlm";

  /**
   * Each may use the packages of the rows before it; packages of one row, split by a bar, may not
   * use each other. A package without classes has no row.
   */
  private static final List<String> ROWS =
      List.of(
          "text.chain",
          "text.chain.stages",
          "text",
          "text.pieces",
          "quality",
          "vocab",
          "text.subword",
          "verbatim",
          "duplicates",
          "lm",
          "kernels",
          "drift",
          "terms",
          "ngram.trie",
          "concordance",
          "concordance.found",
          "ngram.count",
          "ngram.stats",
          "profile.text",
          "profile",
          "ngram.smooth",
          "ngram.heldout",
          "ngram.model",
          "ngram.walk",
          "ngram.arpa",
          "neural",
          "neural.network",
          "neural.series",
          "neural.optimizer",
          "neural.plain|neural.learner",
          "neural.onnx",
          "neural.torch.device",
          "neural.torch.layers",
          "neural.torch.modules",
          "neural.torch",
          "neural.dl4j.layers",
          "neural.dl4j.device",
          "neural.dl4j.fit",
          "neural.dl4j",
          "store",
          "ngram.compiled",
          "artifact",
          "lm.files|ngram.kenlm|ngram.files|neural.files|dataset",
          "analysis",
          "corpus.file",
          "corpus.plan|corpus.night",
          "corpus",
          "corpus.example|corpus.scores",
          "corpus.filtered",
          "task",
          "task.predict",
          "gate",
          "metrics|metrics.tensorboard",
          "metrics.task",
          "registry",
          "neural.torch.diagnosis",
          "report.page",
          "report.task",
          "report.trend|report",
          "spark.watch",
          "doctor",
          "spark.task|spark.io",
          "spark.doctor",
          "spark.corpus",
          "spark.duplicates",
          "spark.words",
          "spark.subword",
          "spark.tokens|spark.examples",
          "spark.feed",
          "spark.ngrams|spark.samples|spark.training|spark.predict|spark.drift|spark.profile",
          "spark.terms|spark.concordance",
          "spark.answers",
          "spark.models",
          "spark.scoring.lines",
          "spark.scoring",
          "spark.quality",
          "spark.dl4j",
          "spark",
          "sql.expression",
          "bench.meter",
          "bench.ngrams|bench.averaging|bench.step|bench.variants|bench.scale|bench.gate|bench.score|bench.subword|bench.duplicates|bench.text|bench.quality",
          "job.cli",
          "job.submit|job.analysis",
          "job.train.config",
          "job.prepare|job.evaluate|job.example|job.score|job.predict|job.samples|job.generate|job.report|job.trend|job.train|job.files|job.models",
          "job.ngrams|job.interpolate",
          "job.bench.place",
          "job.bench.corpus",
          "job.counts|job.export|job.compile|job.bench|job.drift|job.doctor",
          "job.corpus.tokenizer",
          "job.corpus.duplicates",
          "job.corpus.terms",
          "job.corpus.filter",
          "job.corpus.concordance",
          "job.corpus.profile",
          "job.corpus",
          "job.quickstart|job.retrain",
          "job.nightlydemo",
          "sql",
          "job");

  /** The row of each package. */
  private static final Map<String, Integer> ROW =
      IntStream.range(0, ROWS.size())
          .boxed()
          .flatMap(i -> Arrays.stream(ROWS.get(i).split("\\|")).map(name -> Map.entry(name, i)))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  /** What stands beside the rows: it may use these, and only those may use it. */
  private static final Map<String, List<Set<String>>> ASIDE =
      Map.of(
          "example",
          List.of(Set.of("text", "vocab", "lm"), Set.of("report", "job")),
          // For KeyedRandom, which draws the same everywhere.
          "example.task",
          List.of(Set.of("example", "neural"), Set.of("report", "job")));

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
        List.of("spark", "sql", "bench", "job"));
    owners.put(List.of("org.apache.datasketches.."), List.of("spark"));
    owners.put(
        List.of("org.apache.hadoop.."),
        List.of(
            "store",
            "artifact",
            "analysis",
            "lm.files",
            "ngram.files",
            "neural.files",
            "dataset",
            "corpus",
            "task",
            "registry",
            "spark",
            "sql",
            "bench",
            "job"));
    owners.put(
        List.of("org.apache.parquet.."),
        List.of(
            "store", "analysis", "ngram.files", "lm.files", "dataset", "corpus", "task.predict"));
    owners.put(List.of("com.ibm.icu.."), List.of("text"));
    owners.put(List.of("ai.djl.."), List.of("text.pieces"));
    owners.put(List.of("net.jpountz.."), List.of("concordance"));
    owners.put(List.of("org.netpreserve.jwarc.."), List.of("corpus"));
    owners.put(List.of("com.univocity.."), List.of("corpus.example"));
    owners.put(List.of("com.github.luben.zstd.."), List.of("corpus.file"));
    owners.put(
        List.of("org.deeplearning4j..", "org.nd4j.."),
        List.of("neural.dl4j", "neural.torch", "neural.onnx", "spark", "bench"));
    owners.put(List.of("ai.onnxruntime..", "onnx.."), List.of("neural.onnx"));
    owners.put(
        List.of("org.bytedeco.."),
        List.of("kernels", "neural.dl4j", "neural.torch", "spark", "bench"));
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
            CLASSES.stream()
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .map(JavaClass::getPackageName)
                .map(ArchitectureTest::row)
                .distinct())
        .allSatisfy(
            row ->
                Assertions.assertThat(
                        row.isEmpty() || ROW.containsKey(row) || ASIDE.containsKey(row))
                    .as("%s has a row in ArchitectureTest", row)
                    .isTrue());
  }

  /** A package is a room that can be looked over: a concern that outgrows it is two. */
  @Test
  void noPackageHasMoreThan25Files() {
    Map<String, Long> files =
        CLASSES.stream()
            .filter(type -> !type.isNestedClass() && !type.getSimpleName().equals("package-info"))
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
    Assertions.assertThat(files)
        .isNotEmpty()
        .allSatisfy((name, count) -> Assertions.assertThat(count).as(name).isLessThanOrEqualTo(25));
  }

  /** The page by which newcomers find a room names all of them, in this order. */
  @Test
  void architecturePageListsThePackages() throws IOException {
    List<String> listed =
        Files.readAllLines(Path.of("../docs/architecture.md")).stream()
            .filter(line -> line.matches("\\| (\\*\\*)?`[a-z0-9.]+`.*"))
            .map(line -> line.replaceAll("^[^`]*`([^`]*)`.*", "$1"))
            .toList();
    List<String> ordered = ROWS.stream().flatMap(row -> Arrays.stream(row.split("\\|"))).toList();
    Assertions.assertThat(listed.stream().filter(name -> !ASIDE.containsKey(name)).toList())
        .isEqualTo(ordered);
    Assertions.assertThat(listed).containsAll(ASIDE.keySet());
  }

  /** What starts more processes names the main class, which stands above it. */
  @Test
  void mainClassIsWhereCommandsLookForIt() throws ClassNotFoundException {
    Assertions.assertThat(Class.forName(JobCommand.MAIN_CLASS)).isEqualTo(SeqLM.class);
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

  /**
   * Java objects are made of what Spark sends alone, in {@code Wire} and by Spark itself: whoever
   * reads files with ObjectInputStream, or has a library do it, runs what is in them.
   */
  @Test
  void noFileBecomesJavaObjects() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.seqlm.spark.io")
        .should()
        .callConstructor(ObjectInputStream.class, InputStream.class)
        .orShould()
        .callMethodWhere(
            JavaCall.Predicates.target(
                HasName.Predicates.nameMatching(
                    "(enable|activate)DefaultTyping.*|deserialize|readClassAndObject|objectFile")))
        .check(CLASSES);
    noClasses()
        .that()
        .haveNameNotMatching(".*[.]StoredNetwork([$].*)?")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("org.deeplearning4j.util.ModelSerializer")
        .check(CLASSES);
    // On the wire, and without the objects behind the arrays.
    noClasses()
        .that()
        .haveNameNotMatching(".*[.](StoredDataSets|(Multi)?DataSetSerializer)([$].*)?")
        .should()
        .callMethod(DataSet.class, "load", InputStream.class)
        .orShould()
        .callMethod(DataSet.class, "load", File.class)
        .orShould()
        .callMethod(MultiDataSet.class, "load", InputStream.class)
        .orShould()
        .callMethod(MultiDataSet.class, "load", File.class)
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
                                    (JavaClass type) ->
                                        library.getValue().stream()
                                            .noneMatch(owner -> within(row(type), owner))))
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
      return ASIDE.get(to).get(1).stream().anyMatch(user -> within(from, user));
    }
    return !from.isEmpty() && ROW.get(to) < ROW.get(from);
  }

  /** Whether a package is another or lies in it. */
  private static boolean within(String name, String other) {
    return name.equals(other) || name.startsWith(other + ".");
  }

  private static String row(JavaClass type) {
    return row(type.getPackageName());
  }

  /** The package below the root; empty for the root itself. */
  private static String row(String packageName) {
    return packageName.equals(ROOT) ? "" : packageName.substring(ROOT.length() + 1);
  }
}
