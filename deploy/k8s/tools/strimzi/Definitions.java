import io.fabric8.crdv2.generator.CRDGenerator;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.File;

/** Writes the definitions of Strimzi's resources that deploy/k8s uses into a folder, from Strimzi's own classes. */
class Definitions {
    public static void main(String[] args) {
        new CRDGenerator()
            .customResourceClasses(Kafka.class, KafkaNodePool.class, KafkaUser.class)
            .forCRDVersions("v1")
            .inOutputDir(new File(args[0]))
            .detailedGenerate();
    }
}
