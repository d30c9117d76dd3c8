package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Properties;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.store.Sha256;

/**
 * A training on executors that know a secret, talk AES and encrypt what Spark spills, by the lines
 * of conf/overlays/secure.conf, ends with the bits of one without any of it; Spark's pages come by
 * TLS; and nothing that is left of it tells what is secret.
 */
@OnCluster
class SecureIT {
  private static final String SECRET = "pl4nt3d-0123456789abcdef";

  @TempDir static Path folder;

  /** Asks, when the first job starts, how Spark's pages come and what the driver's Spark does. */
  public static final class Asking extends SparkListener {
    static final String FILE = "spark.seqlm.test.file";

    private final SparkConf conf;
    private boolean asked;

    public Asking(SparkConf conf) {
      this.conf = conf;
    }

    @Override
    public void onJobStart(SparkListenerJobStart job) {
      if (asked) {
        return;
      }
      asked = true;
      String said;
      try {
        String page = SparkContext.getOrCreate().uiWebUrl().get();
        said =
            page.replaceFirst(":.*", "")
                + " "
                + status(page)
                + " authenticates="
                + SparkEnv.get().securityManager().isAuthenticationEnabled()
                + " encrypts="
                + SparkEnv.get().securityManager().isEncryptionEnabled()
                + " spills="
                + SparkEnv.get().securityManager().getIOEncryptionKey().isDefined();
      } catch (Exception e) {
        said = e.toString();
      }
      try {
        Files.writeString(Path.of(conf.get(FILE)), said);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    private int status(String page) throws Exception {
      KeyStore store = KeyStore.getInstance("PKCS12");
      Path file = Path.of(conf.get("spark.ssl.ui.keyStore"));
      try (var in = Files.newInputStream(file)) {
        store.load(in, conf.get("spark.ssl.ui.keyStorePassword").toCharArray());
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, trust.getTrustManagers(), null);
      HttpsURLConnection connection = (HttpsURLConnection) new URL(page).openConnection();
      connection.setSSLSocketFactory(tls.getSocketFactory());
      connection.setHostnameVerifier((host, session) -> true);
      return connection.getResponseCode();
    }
  }

  private static void assertDone(SubmittedJar jar, String... command) throws Exception {
    SubmittedJar.Result result = jar.run(command);
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out() + result.err()).doesNotContain("pl4nt3d");
  }

  private static String[] train(Path dataset, Path run) {
    return new String[] {
      "train",
      "--input",
      dataset.toString(),
      "--output",
      run.toString(),
      "--hidden=8",
      "--embedding=4",
      "--workers=2",
      "--frequency=2",
      "--batch=2",
      "--time-steps=4",
      "--epochs=0.1",
      "--set",
      "validation.every=0",
      "--set",
      "validation.sample-length=0",
      "--json",
      run + ".json"
    };
  }

  private static String bits(Path run) throws IOException {
    Path model = ArtifactFiles.file(run.resolve("model"), "parameters.safetensors");
    return Sha256.of(Files.readAllBytes(model));
  }

  private static SubmittedJar secure(Path store, Path events, Path said) throws IOException {
    Properties lines = new Properties();
    try (Reader in = Files.newBufferedReader(Path.of("../conf/overlays/secure.conf"))) {
      lines.load(in);
    }
    SubmittedJar jar = new SubmittedJar(folder).master("local-cluster[2,1,1024]");
    assertThat(lines.stringPropertyNames()).hasSizeGreaterThan(10);
    lines.stringPropertyNames().forEach(key -> jar.addTo(key, lines.getProperty(key).strip()));
    return jar.conf("spark.authenticate.secret", SECRET)
        .conf("spark.hadoop.fs.s3a.secret.key", SECRET)
        .conf("spark.ui.enabled", true)
        .conf("spark.ui.port", 0)
        .conf("spark.ssl.ui.enabled", true)
        .conf("spark.ssl.ui.port", 0)
        .conf("spark.ssl.ui.keyStore", store)
        .conf("spark.ssl.ui.keyStoreType", "PKCS12")
        .conf("spark.ssl.ui.keyStorePassword", SECRET)
        .conf("spark.extraListeners", Asking.class.getName())
        .conf(Asking.FILE, said)
        .conf("spark.eventLog.enabled", true)
        .conf("spark.eventLog.dir", events.toUri())
        .withTestClasses();
  }

  private static Path keyStore() throws Exception {
    Path store = folder.resolve("ui.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "ui",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                SECRET,
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).isZero();
    return store;
  }

  @Test
  void aTrainingHasTheBitsOfOneInTheOpen() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "the cats ran\na dog runs\n".repeat(80));
    Path dataset = folder.resolve("dataset");
    assertDone(
        new SubmittedJar(folder),
        "prepare",
        "--input",
        text.toString(),
        "--output",
        dataset.toString(),
        "--splits",
        "contiguous:1,0,0");
    Path open = folder.resolve("open");
    assertDone(new SubmittedJar(folder), train(dataset, open));

    Path store = keyStore();
    Path events = Files.createDirectories(folder.resolve("events"));
    Path said = folder.resolve("said");
    Path hidden = folder.resolve("hidden");
    assertDone(secure(store, events, said), train(dataset, hidden));
    assertThat(bits(hidden)).isEqualTo(bits(open));
    assertThat(said).hasContent("https 200 authenticates=true encrypts=true spills=true");
    int files = 0;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertThat(bytes.contains("pl4nt3d")).as(file.toString()).isFalse();
        files++;
      }
    }
    assertThat(files).isGreaterThan(20);
    try (Stream<Path> logs = Files.walk(events).filter(Files::isRegularFile)) {
      String log = Files.readString(logs.findFirst().orElseThrow());
      assertThat(log).contains("AES/CTR/NoPadding", Secrets.HIDDEN);
    }
  }
}
