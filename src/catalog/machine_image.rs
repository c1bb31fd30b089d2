//! Machine images of EC2 that have no NVIDIA driver, by what they are looked up by.

use crate::{
    catalog::{self},
    finding::FactRef,
};

/// Images of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Images {
    /// How the name of the stored parameter, or of the image, begins.
    start: &'static str,
    /// What they are.
    pub what: &'static str,
    /// What to look up instead.
    pub instead: &'static str,
}

const DEEP_LEARNING: &str = "a Deep Learning AMI: `/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/ami-id`";
const ECS: &str = "`/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id`";
const EKS: &str =
    "the image of your version with `nvidia`: `/aws/service/eks/optimized-ami/…/amazon-linux-2023/x86_64/nvidia/…`";
const BOTTLEROCKET: &str = "the variant with `-nvidia`: `/aws/service/bottlerocket/aws-k8s-…-nvidia/x86_64/…`";

/// source: EC2, ECS, EKS and Bottlerocket user guides (public parameters), AWS Deep Learning AMIs developer guide;
/// as of 2026-11-22
const PLAIN: &[Images] = &[
    Images { start: "/aws/service/ami-amazon-linux-latest/", what: "plain Amazon Linux", instead: DEEP_LEARNING },
    Images {
        start: "/aws/service/ami-windows-latest/",
        what: "plain Windows",
        instead: "an image with an NVIDIA driver",
    },
    Images { start: "/aws/service/canonical/ubuntu/", what: "plain Ubuntu", instead: DEEP_LEARNING },
    Images { start: "/aws/service/debian/", what: "plain Debian", instead: DEEP_LEARNING },
    Images {
        start: "/aws/service/ecs/optimized-ami/",
        what: "the image of ECS for machines without a GPU",
        instead: ECS,
    },
    Images {
        start: "/aws/service/eks/optimized-ami/",
        what: "the image of EKS for machines without a GPU",
        instead: EKS,
    },
    Images {
        start: "/aws/service/bottlerocket/",
        what: "Bottlerocket for machines without a GPU",
        instead: BOTTLEROCKET,
    },
    Images { start: "amzn-ami-hvm-", what: "plain Amazon Linux", instead: DEEP_LEARNING },
    Images { start: "amzn2-ami-hvm-", what: "plain Amazon Linux", instead: DEEP_LEARNING },
    Images { start: "amzn2-ami-kernel-", what: "plain Amazon Linux", instead: DEEP_LEARNING },
    Images { start: "al2023-ami-2023", what: "plain Amazon Linux", instead: DEEP_LEARNING },
    Images { start: "al2023-ami-kernel-", what: "plain Amazon Linux", instead: DEEP_LEARNING },
    Images { start: "amzn2-ami-ecs-hvm-", what: "the image of ECS for machines without a GPU", instead: ECS },
    Images { start: "al2023-ami-ecs-hvm-", what: "the image of ECS for machines without a GPU", instead: ECS },
    Images { start: "amazon-eks-node-", what: "the image of EKS for machines without a GPU", instead: EKS },
    Images { start: "ubuntu/images/", what: "plain Ubuntu", instead: DEEP_LEARNING },
    Images { start: "debian-", what: "plain Debian", instead: DEEP_LEARNING },
    Images { start: "RHEL-", what: "plain Red Hat Enterprise Linux", instead: DEEP_LEARNING },
];

/// What the names of images with a driver have in them, in lower case; and those of other accelerators' images.
const WITH_DRIVER: &[&str] = &["gpu", "nvidia", "cuda", "deep", "neuron", "inf"];

/// The images without a driver that a name stands for: that of a stored parameter, or of the images themselves, with
/// wildcards. Nothing for all others, also where a wildcard may match either.
pub fn without_driver(name: &str) -> Option<&'static Images> {
    let lower = name.to_ascii_lowercase();
    let plain = PLAIN.iter().find(|images| name.starts_with(images.start))?;
    let head = &lower[plain.start.len()..];
    // `amazon-eks-node-*` has those with a driver among them.
    let is_open = head.starts_with('*') && plain.start == "amazon-eks-node-";
    (!is_open && !WITH_DRIVER.iter().any(|word| lower.contains(word))).then_some(plain)
}

impl Images {
    /// What a finding cites.
    pub fn fact(&self) -> FactRef {
        let source = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/install-nvidia-driver.html";
        catalog::fact(format!("machine-images/{}", self.start.trim_matches('/')), source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_known_by_their_names() {
        let plain = |name| without_driver(name).is_some();
        assert!(plain("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"));
        assert!(plain("/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"));
        assert!(!plain("/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id"));
        assert!(plain("/aws/service/eks/optimized-ami/1.33/amazon-linux-2023/x86_64/standard/recommended/image_id"));
        assert!(!plain("/aws/service/eks/optimized-ami/1.33/amazon-linux-2023/x86_64/nvidia/recommended/image_id"));
        assert!(!plain("/aws/service/bottlerocket/aws-k8s-1.33-nvidia/x86_64/latest/image_id"));
        assert!(!plain("/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-ubuntu-22.04/latest/ami-id"));
        assert!(plain("ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*"));
        assert!(
            plain("amazon-eks-node-1.29-v*") && !plain("amazon-eks-gpu-node-1.29-v*") && !plain("amazon-eks-node-*")
        );
        assert!(!plain("Deep Learning AMI GPU PyTorch *") && !plain("/ours/images/gpu") && !plain("al2023-ami-*"));
    }
}
