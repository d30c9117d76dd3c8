package org.seqlm.neural.dl4j.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.esotericsoftware.kryo.io.Input;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.seqlm.UserException;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.dl4j.Dl4jEngine;
import org.seqlm.neural.dl4j.Dl4jLearner;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.spark.dl4j.DataSetSerializer;
import org.seqlm.spark.dl4j.HadoopSource;
import org.seqlm.spark.dl4j.MultiDataSetSerializer;

/**
 * libtorch is loaded before ND4J, whatever a process does first: in one whose class path has the
 * natives of neither, but a file that passes for libtorch's, it is libtorch that is missed.
 */
class LoadingOrderTest {
  @TempDir Path folder;

  @Test
  void libtorchIsLoadedBeforeNd4j() throws Exception {
    String platform = Loader.getPlatform();
    Path natives = folder.resolve("classes/org/bytedeco/pytorch").resolve(platform);
    Files.createDirectories(natives);
    Files.writeString(natives.resolve(System.mapLibraryName("jnitorch")), "no library");
    String path =
        Arrays.stream(
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"))
                    .split(File.pathSeparator))
            .filter(entry -> !entry.endsWith("-" + platform + ".jar"))
            .collect(Collectors.joining(File.pathSeparator));
    File out = folder.resolve("out").toFile();
    ProcessBuilder child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("cache"),
                Child.class.getName())
            .redirectOutput(out)
            .redirectError(folder.resolve("err").toFile());
    child.environment().put("CLASSPATH", path + File.pathSeparator + folder.resolve("classes"));
    assertThat(child.start().waitFor()).isZero();
    List<String> told = Files.readAllLines(out.toPath());
    assertThat(told).hasSize(Child.ways().size()).allMatch(line -> line.endsWith(": libtorch"));
  }

  /** Tells of each way what it missed. */
  static final class Child {
    private Child() {}

    static Map<String, Runnable> ways() {
      LanguageNetwork spec =
          new LanguageNetwork(InputKind.EMBEDDING, 2, CellKind.LSTM, 1, 2, 4, 0, 1);
      Recipe recipe = new Recipe(new InnerOptimizer(InnerOptimizer.Kind.ADAM, 5, 0));
      Map<String, Runnable> ways = new LinkedHashMap<>();
      ways.put("a step", () -> new Dl4jEngine().step(spec, 1, 1, new int[1], new int[1]));
      ways.put("an engine", () -> new Dl4jEngine().load());
      ways.put("a learner", () -> Dl4jLearner.of(spec, recipe, 1));
      Runnable wire =
          () -> new DataSetSerializer().read(null, new Input(new byte[4]), DataSet.class);
      ways.put("a data set on the wire", () -> quietly(wire));
      ways.put(
          "one of many inputs",
          () ->
              quietly(
                  () ->
                      new MultiDataSetSerializer()
                          .read(null, new Input(new byte[4]), MultiDataSet.class)));
      ways.put("a data set in a file", () -> quietly(Child::load));
      ways.put(
          "a learner of data sets that were on the wire",
          () -> {
            quietly(wire);
            Dl4jLearner.of(spec, recipe, 1);
          });
      return ways;
    }

    private static void load() {
      try {
        HadoopSource.dataSet(source -> new DataSet(Nd4j.zeros(1, 1), null), null);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** What Spark reads for a task throws nothing of the user's, and is not the first to miss. */
    private static void quietly(Runnable reading) {
      try {
        reading.run();
      } catch (UserException e) {
        throw new AssertionError("refused where Spark would try again", e);
      } catch (Throwable e) {
        // ND4J's natives are missed, too.
      }
    }

    static String missed(String way) {
      try {
        ways().get(way).run();
        return told(EngineSettings.refusal());
      } catch (UserException e) {
        return told(e);
      } catch (Throwable e) {
        return e.toString().lines().findFirst().orElse("");
      }
    }

    private static String told(UserException refusal) {
      return refusal == null
          ? "nothing"
          : refusal.getMessage().contains("there is no libtorch") ? "libtorch" : refusal.toString();
    }

    /** Each way with classes of its own: what could not be loaded once is not tried again. */
    public static void main(String[] none) throws Exception {
      List<URL> path = new ArrayList<>();
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
        path.add(Path.of(entry).toUri().toURL());
      }
      for (String way : ways().keySet()) {
        try (URLClassLoader loader =
            new URLClassLoader(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
          Thread.currentThread().setContextClassLoader(loader);
          Method missed =
              loader.loadClass(Child.class.getName()).getDeclaredMethod("missed", String.class);
          missed.setAccessible(true);
          System.out.println(way + ": " + missed.invoke(null, way));
        }
      }
    }
  }
}
