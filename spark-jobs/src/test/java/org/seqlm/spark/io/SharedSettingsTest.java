package org.seqlm.spark.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class SharedSettingsTest {
  private static byte[] bytes(SharedSettings settings) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(settings);
    }
    return bytes.toByteArray();
  }

  private static SharedSettings sent(SharedSettings settings) throws Exception {
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes(settings)))) {
      return (SharedSettings) in.readObject();
    }
  }

  private static Map<String, String> entries(Configuration settings) {
    Map<String, String> entries = new TreeMap<>();
    settings.forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
    return entries;
  }

  private static Configuration some() {
    Configuration settings = new Configuration();
    settings.set("seqlm.long", "ä€😀".repeat(30_000));
    settings.set("seqlm.empty", "");
    settings.set("seqlm.base", "/data");
    settings.set("seqlm.below", "${seqlm.base}/text");
    return settings;
  }

  @Test
  void whatArrivesIsWhatWasSent() throws Exception {
    Configuration settings = some();
    SharedSettings shared = new SharedSettings(settings);
    Configuration read = sent(shared).value();
    assertThat(entries(read)).hasSizeGreaterThan(300).isEqualTo(entries(settings));
    assertThat(read.get("seqlm.below")).isEqualTo("/data/text");
    assertThat(read.getRaw("seqlm.below")).isEqualTo("${seqlm.base}/text");
    assertThat(shared.value()).isSameAs(settings);
    // And is sent on, as where a task's result or a stage of another application has it.
    assertThat(sent(sent(shared)).value()).isSameAs(read);
  }

  @Test
  void broadcastsSendTheSame() throws Exception {
    SharedSettings shared = new SharedSettings(some());
    Kryo kryo = new Kryo();
    kryo.register(SharedSettings.class, new SharedSettings.KryoSerializer());
    Output out = new Output(1 << 20, -1);
    kryo.writeObject(out, shared);
    SharedSettings read = kryo.readObject(new Input(out.toBytes()), SharedSettings.class);
    assertThat(entries(read.value())).isEqualTo(entries(some()));
    assertThat(read.value()).isSameAs(sent(shared).value());
  }

  @Test
  void aProcessReadsTheSameSettingsOnce() throws Exception {
    Configuration first = sent(new SharedSettings(some())).value();
    assertThat(sent(new SharedSettings(some())).value()).isSameAs(first);
    Configuration other = some();
    other.set("seqlm.base", "/other");
    assertThat(sent(new SharedSettings(other)).value().get("seqlm.below")).isEqualTo("/other/text");
    assertThat(first.get("seqlm.below")).isEqualTo("/data/text");
  }

  /** Stages of one step are sent the same, whatever happens meanwhile. */
  @Test
  void whatIsSentFirstIsSentAgain() throws Exception {
    Configuration settings = some();
    SharedSettings shared = new SharedSettings(settings);
    byte[] first = bytes(shared);
    settings.set("seqlm.base", "/other");
    assertThat(bytes(shared)).isEqualTo(first);
  }
}
