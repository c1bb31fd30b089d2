//! Notebook instances and Studio: up all month, unless the usage file says how long.

use super::{Pricer, exactly, network::told_between_zones, number_or};
use crate::{
    catalog::{
        billing::NOTEBOOK_VOLUME_GB,
        prices::{Meter, Use},
    },
    cost::{
        amount::Quantity,
        bill::{Line, Per},
    },
};

/// A notebook instance, and its volume, which stays when it is stopped.
pub(super) fn notebook(pricer: &Pricer<'_>) -> Vec<Line> {
    let kind = pricer.subject.get("InstanceType");
    let (hours, assumption) = pricer.hours();
    let size = pricer.subject.get("VolumeSizeInGB");
    let volume = number_or(&size, Quantity::whole(NOTEBOOK_VOLUME_GB));
    let about = if size.is_absent() {
        "the service's default size; billed while it is stopped too"
    } else {
        "billed while it is stopped too"
    };
    let mut lines = vec![
        Line::new("instance", "hours", Per::Month)
            .detail(kind.text().unwrap_or_default())
            .hours(exactly(Ok(Quantity::ONE)), Ok(hours))
            .rate(pricer.instance(Use::Notebook, &kind))
            .assume(assumption),
        Line::new("volume", "GB-months", Per::Month)
            .quantity(volume)
            .rate(pricer.meter(Meter::NotebookStorage))
            .assume(about),
    ];
    lines.extend(told_between_zones(pricer));
    lines
}

/// An app of Studio. `system` is no instance of one's own.
pub(super) fn app(pricer: &Pricer<'_>) -> Vec<Line> {
    let kind = pricer.subject.get("ResourceSpec.InstanceType");
    if kind.is_absent() || kind.text() == Some("system") {
        return Vec::new();
    }
    let (hours, assumption) = pricer.hours();
    vec![
        Line::new("instance", "hours", Per::Month)
            .detail(kind.text().unwrap_or_default())
            .hours(exactly(Ok(Quantity::ONE)), Ok(hours))
            .rate(pricer.instance(Use::Studio, &kind))
            .assume(assumption),
    ]
}

/// The volume of a space of Studio; the instance is billed with the app that is started in it.
pub(super) fn space(pricer: &Pricer<'_>) -> Vec<Line> {
    let settings = pricer.subject.get("SpaceSettings");
    let has_volume = ["CodeEditor", "JupyterLab"].contains(&settings.get("AppType").text().unwrap_or_default());
    let size = settings.get("SpaceStorageSettings.EbsStorageSettings.EbsVolumeSizeInGb");
    if !has_volume && size.is_absent() {
        return Vec::new();
    }
    let about = if size.is_absent() { "the service's default size" } else { "" };
    vec![
        Line::new("volume", "GB-months", Per::Month)
            .quantity(number_or(&size, Quantity::whole(NOTEBOOK_VOLUME_GB)))
            .rate(pricer.meter(Meter::StudioStorage))
            .assume(about),
    ]
}
