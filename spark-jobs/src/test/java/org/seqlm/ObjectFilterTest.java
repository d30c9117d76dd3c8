package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.MarshalledObject;
import java.rmi.server.ObjID;
import java.util.List;
import java.util.Map;
import javax.management.BadAttributeValueExpException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class ObjectFilterTest {
  private static Object copy(Object value) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      in.setObjectInputFilter(ObjectInputFilter.Config.createFilter(ObjectFilter.PATTERN));
      return in.readObject();
    }
  }

  @Test
  void refusesTheFirstLinkOfAKnownChainAndNothingElse() throws Exception {
    assertThatThrownBy(() -> copy(List.of(new BadAttributeValueExpException("x"))))
        .isInstanceOf(InvalidClassException.class)
        .hasMessageContaining("REJECTED");
    for (String chain :
        List.of(
            "java.rmi.server.RemoteObjectInvocationHandler",
            "java.rmi.server.UnicastRemoteObject",
            "javax.management.remote.rmi.RMIConnectionImpl_Stub")) {
      assertThat(ObjectFilter.PATTERN.split(";"))
          .anyMatch(
              refused ->
                  refused.equals("!" + chain)
                      || refused.endsWith("**")
                          && chain.startsWith(refused.substring(1, refused.length() - 2)));
    }
    List<Object> usual = List.of("a", 1, new int[0].length, Map.of("k", List.of(2.5)));
    assertThat(copy(usual)).isEqualTo(usual);
    assertThat(copy(new int[][] {{1}, {2, 3}})).isEqualTo(new int[][] {{1}, {2, 3}});
  }

  /** What a management console sends. */
  @Test
  void leavesManagementOverRmi() throws Exception {
    ObjectName name = new ObjectName("java.lang:type=Memory");
    assertThat(copy(name)).isEqualTo(name);
    MarshalledObject<String> wrapped = new MarshalledObject<>("HeapMemoryUsage");
    assertThat(copy(wrapped)).isEqualTo(wrapped);
    ObjID id = new ObjID();
    assertThat(copy(id)).isEqualTo(id);
  }

  @Test
  void theOverlayGivesExecutorsTheSame() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("../conf/overlays/secure.conf"));
    for (String who : List.of("driver", "executor")) {
      assertThat(lines)
          .anyMatch(
              line ->
                  line.startsWith("spark." + who + ".extraJavaOptions ")
                      && line.endsWith(" \"-Djdk.serialFilter=" + ObjectFilter.STRICT + "\""));
    }
  }
}
