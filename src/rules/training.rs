//! What several rules ask about a training job: its image, its algorithm, its instance types.

use crate::{
    catalog::{
        Algorithm, Instance,
        image::{self, Image},
        instance,
    },
    graph::attr::{Attr, Subject},
};

/// The training image of a job.
pub(super) fn image_attr(job: Subject<'_>) -> Attr<'_> {
    job.get("AlgorithmSpecification.TrainingImage")
}

/// The training image taken apart, where something is known of it.
pub(super) fn image(job: Subject<'_>) -> Option<Image> {
    image::parse(&image_attr(job).pieces()?)
}

/// The built-in algorithm that a job trains, and the version of its image. An `AlgorithmName` names an algorithm of the
/// account or of the marketplace, never a built-in one.
pub(super) fn algorithm(job: Subject<'_>) -> Option<(&'static Algorithm, Option<&'static str>)> {
    image::algorithm_of_image(&image(job)?)
}

/// The instance types of a job with what the catalog knows of them. Nothing where one of them is not known: to the
/// files, or to the catalog (`local` is no instance type).
pub(super) fn instances(job: Subject<'_>) -> Option<Vec<(Attr<'_>, &'static Instance)>> {
    let groups = job.get("ResourceConfig.InstanceGroups");
    let types = if groups.is_absent() {
        vec![job.get("ResourceConfig.InstanceType")]
    } else {
        let (groups, open) = groups.items();
        if open {
            return None;
        }
        groups.iter().map(|group| group.get("InstanceType")).collect()
    };
    let known = types.into_iter().map(|attr| {
        let instance = instance(attr.text()?)?;
        Some((attr, instance))
    });
    known.collect::<Option<Vec<_>>>().filter(|known| !known.is_empty())
}
